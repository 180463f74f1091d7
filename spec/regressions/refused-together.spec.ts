import { type Task, coroutine, createTask, isCancelled, run, sleep, wait } from 'rxtasks';

const log: string[] = [];
const work = coroutine(function* (name: string) {
  log.push(`${name} starts`);
  yield* sleep(1);
});

beforeEach(() => {
  log.length = 0;
});

describe('a cancel that comes before parallel awaits have begun', () => {
  it('reaches all of them: none starts', async () => {
    await run(async () => {
      const task: Task<unknown> = createTask(async () => {
        task.cancel();
        await Promise.all([work('a'), work('b'), work('c')]);
      });
      await task.catch(() => {});
      expect(task.cancelled()).toBe(true);
      await sleep(5);
    });
    expect(log).toEqual([]);
  });

  it('reaches all of them also by resultOf, without ambient context', async () => {
    await run(
      function* () {
        const task: Task<unknown> = createTask(async (self) => {
          await null;
          self.cancel();
          await Promise.all([self.resultOf(work('a')), self.resultOf(work('b'))]);
        });
        yield* wait([task]);
        expect(task.cancelled()).toBe(true);
      },
      { asyncContext: false },
    );
    expect(log).toEqual([]);
  });

  it('is over for a function that has caught it', async () => {
    await run(async () => {
      const task: Task<string> = createTask(async () => {
        task.cancel();
        const results = await Promise.allSettled([work('a'), work('b')]);
        log.push(...results.map((result) => String(result.status === 'rejected' && isCancelled(result.reason))));
        await work('c');
        return 'refused';
      });
      log.push(await task);
    });
    expect(log).toEqual(['true', 'true', 'c starts', 'refused']);
  });

  it('is over for the first handler of the rejection', async () => {
    await run(async () => {
      const task: Task<void> = createTask(async () => {
        task.cancel();
        await sleep(1).catch(() => work('clean-up'));
      });
      await task;
    });
    expect(log).toEqual(['clean-up starts']);
  });
});
