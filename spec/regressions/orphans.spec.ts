import { coroutine, createTask, run, sleep, withTimeout } from 'rxtasks';

const log: string[] = [];
const work = coroutine(function* () {
  try {
    yield* sleep(10_000);
  } finally {
    yield* sleep(1);
    log.push('cleaned up');
  }
});

beforeEach(() => {
  log.length = 0;
});

describe('a coroutine that its async function no longer waits for is cancelled at the end of run()', () => {
  it('after a Promise.all that has failed', async () => {
    await run(async () => {
      const task = createTask(async () => {
        await Promise.all([work(), withTimeout(null, async () => work()), Promise.reject(new Error('no'))]);
      });
      await task.catch((error: unknown) => log.push(String(error)));
    });
    expect(log).toEqual(['Error: no', 'cleaned up', 'cleaned up']);
  });

  it('in a helper that nobody awaits', async () => {
    await run(async () => {
      const helper = async () => {
        await work();
      };
      helper().catch((error: unknown) => log.push((error as Error).name));
      await sleep(1);
    });
    await new Promise((resolve) => setTimeout(resolve));
    expect(log).toEqual(['cleaned up', 'CancelledError']);
  });
});
