/**
 * Tests that end before their runVirtual does; run by active-run.spec.ts. This file is the longer one, so that Jest begins with it.
 */
import { createTask, sleep } from 'rxtasks';
import { runVirtual } from 'rxtasks/testing';

const before = [setTimeout, setInterval, Date, Date.now, performance.now, AbortSignal.timeout];
const globals = () => [setTimeout, setInterval, Date, Date.now, performance.now, AbortSignal.timeout];

/** What the run of the test that timed out has ended with. */
let outcome: unknown;

test('times out', async () => {
  const running = runVirtual(async () => {
    setInterval(() => {}, 1000);
    createTask(
      async () => {
        await new Promise(() => {});
      },
      { name: 'stuck' },
    );
    await new Promise(() => {});
  });
  running.catch((error: unknown) => (outcome = error));
  await running;
}, 300);

test('goes on with real globals', async () => {
  expect(globals()).toEqual(before);
  expect(String(outcome)).toMatch(/was not over when its test was/);
});

test('forgets to await', () => {
  void runVirtual(async () => {
    await sleep(1000);
  });
});

test('can run again', async () => {
  expect(globals()).toEqual(before);
  const time = await runVirtual(async () => {
    await sleep(1000);
    return Date.now();
  });
  expect(time).toBe(1000);
});

/** By a copy that was loaded inside of a test, where no afterEach can be added. */
async function copy(): Promise<{ runVirtual: typeof runVirtual }> {
  jest.resetModules();
  return await import('rxtasks/testing');
}

test('leaves a run of a copy that knows no afterEach', async () => {
  const { runVirtual: other } = await copy();
  void other(async () => await new Promise(() => {}), { foreignGrace: Infinity });
  await null;
  // hides it from the afterEach of the first copy
  const shown = performance.now;
  hidden = Reflect.get(shown, Symbol.for('rxtasks.runVirtual')) as object;
  Reflect.deleteProperty(shown, Symbol.for('rxtasks.runVirtual'));
});
let hidden: object;

afterAll(() => {
  Reflect.set(performance.now, Symbol.for('rxtasks.runVirtual'), hidden);
});
