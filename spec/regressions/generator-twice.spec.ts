import { createTask, gather, resultOf, sleep } from 'rxtasks';
import { runVirtual } from '../support/virtual.js';

const again = 'a generator object runs once, and this one has been started already';

it('a generator object that runs already is refused, and its first run is not disturbed', async () => {
  await runVirtual(function* () {
    const body = (function* () {
      return yield* sleep(5, 'first');
    })();
    const first = createTask(body);
    const second = createTask(body);
    yield* gather([first, second], { returnExceptions: true });
    expect(first.result()).toBe('first');
    expect(second.exception()).toMatchObject({
      name: 'RuntimeError',
      message: expect.stringContaining(again) as string,
    });
  });
});

it('a generator object that is over gives no second result', async () => {
  await runVirtual(function* () {
    const work = resultOf(
      (function* () {
        return yield* sleep(1, 'once');
      })(),
    );
    expect(yield* work).toBe('once');
    const second = createTask(work);
    yield* gather([second], { returnExceptions: true });
    expect(String(second.exception())).toContain(again);
  });
});
