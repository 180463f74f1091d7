/** The next test file of the same worker; run by active-run.spec.ts. */
import { runVirtual } from 'rxtasks/testing';

test('takes over from a run whose test is over, in the next file', async () => {
  expect(Reflect.get(performance.now, Symbol.for('rxtasks.runVirtual'))).toBeDefined();
  expect(await runVirtual(async () => performance.now())).toBe(0);
  expect(Object.hasOwn(performance, 'now')).toBe(false);
});
