import { allTasks, createTask, getEventLoop, run, type Task } from 'rxtasks';
import { InlineExecutor, JobExecutor, type JobOptions, type RemoteTask, ThreadPoolExecutor } from 'rxtasks/executors';

const echo = <T>(value: T): T => value;

describe('JobExecutor', () => {
  let executor: InlineExecutor;

  beforeEach(() => {
    executor = new InlineExecutor();
  });

  afterEach(() => executor.shutdown());

  it('is what all executors are', () => {
    expect(executor).toBeInstanceOf(JobExecutor);
  });

  it('never calls the function within submit: who submits goes on first', async () => {
    const log: string[] = [];
    const task = executor.submit((task: RemoteTask<string>) => task.report('called'));
    task.progress$.subscribe((value) => log.push(value));
    log.push('submitted');
    await task;
    expect(log).toEqual(['submitted', 'called']);
  });

  it('the text of a task says what its job is at', async () => {
    const first = executor.submit(
      (task: RemoteTask) =>
        new Promise((resolve) => {
          task.signal.addEventListener('abort', resolve);
        }),
    );
    const second = executor.submit(echo, 1);
    expect(String(first)).toContain('<Job running anonymous()>');
    expect(String(second)).toBe(
      "<Task pending name='echo' running <Job waiting echo()> awaiting <Job waiting echo()>>",
    );
    first.cancel();
    await Promise.allSettled([first, second]);
    expect(String(second)).toBe("<Task finished name='echo' result=1>");
  });

  it('a failure that nobody looks at is reported', async () => {
    const reports: unknown[] = [];
    await run(function* (main) {
      main.loop.setExceptionHandler((_loop, { kind, exception }) => void reports.push([kind, String(exception)]));
      const task = executor.submit(() => {
        throw new Error('unseen');
      });
      while (!task.done()) yield;
    });
    expect(reports).toEqual([['unretrieved', 'Error: unseen']]);
  });

  it('belongs to the loop that it was submitted on: the end of run() cancels it', async () => {
    let task!: Task<unknown>;
    await run(async () => {
      task = executor.submit(
        (task: RemoteTask) =>
          new Promise((_resolve, reject) => {
            task.signal.addEventListener('abort', () => reject(task.signal.reason as Error));
          }),
      );
      expect(allTasks().has(task)).toBe(true);
    });
    expect(task.cancelled()).toBe(true);
  });

  it('a task of another loop can be waited for by nobody but it', async () => {
    const task = executor.submit(echo, 1);
    expect(task.loop).toBe(getEventLoop());
    expect(await createTask(task)).toBe(1);
  });

  describe('with', () => {
    it('gives the same executor with other options; the ones that are not given stay', async () => {
      const named = executor.with({ name: 'a' });
      expect(named.submit(echo, 1).name).toBe('a');
      expect(named.with({ grace: 5 }).submit(echo, 1).name).toBe('a');
      expect(executor.submit(echo, 1).name).toBe('echo');
      await named.shutdown();
      expect(() => executor.submit(echo, 1)).toThrow('the executor has been shut down; make a new one');
    });

    it('checks the options', () => {
      const bad: [unknown, string][] = [
        [null, 'expected an object of options, got null'],
        [{ grace: '5' }, 'expected grace in milliseconds, a number, got'],
        [{ grace: Number.NaN }, 'expected grace in milliseconds, got NaN'],
        [{ name: 5 }, 'expected name to be a string, got'],
        [{ idempotent: 'yes' }, 'expected idempotent to be true or false, got'],
      ];
      for (const [options, message] of bad) {
        expect(() => executor.with(options as JobOptions)).toThrow(`with(options): ${message}`);
        expect(() => new InlineExecutor(options as JobOptions)).toThrow(`new InlineExecutor(options): ${message}`);
      }
    });
  });

  describe('map', () => {
    it('has as many jobs ahead as the executor runs at a time', async () => {
      let taken = 0;
      function* items() {
        for (;;) yield taken++;
      }
      const results = executor.map(echo, items());
      await results.next();
      expect(taken).toBe(1);
      await results.return!();
    });

    it('an item that cannot be copied ends it, and closes the items', async () => {
      let closed = false;
      function* items() {
        try {
          yield 1;
          yield () => {};
        } finally {
          closed = true;
        }
      }
      const results = executor.map(echo, items() as Iterable<unknown>);
      expect(await results.next()).toEqual({ done: false, value: 1 });
      await expect(results.next()).rejects.toMatchObject({ name: 'DataCloneError' });
      expect(closed).toBe(true);
      expect(await results.next()).toEqual({ done: true, value: undefined });
    });

    it('reports the failures of the others, which nobody would see', async () => {
      await using pool = new ThreadPoolExecutor({ maxWorkers: 2 });
      const loop = getEventLoop();
      const reports: unknown[] = [];
      loop.setExceptionHandler((_loop, { kind, exception }) => void reports.push([kind, String(exception)]));
      try {
        const isTold = new Int32Array(new SharedArrayBuffer(4));
        const fail = async ([n, isTold]: [number, Int32Array<SharedArrayBuffer>]) => {
          while (n === 1 && Atomics.load(isTold, 0) === 0) await new Promise((resolve) => setTimeout(resolve, 1));
          throw new Error(`item ${n}`);
        };
        const items = [1, 2].map((n): [number, typeof isTold] => [n, isTold]);
        const results = pool.map(fail, items, { concurrency: 2 });
        const first = expect(results.next()).rejects.toThrow('item 1');
        do await new Promise((resolve) => setTimeout(resolve, 1));
        while (allTasks().size === 2);
        Atomics.store(isTold, 0, 1);
        await first;
        expect(reports).toEqual([['late-failure', 'Error: item 2']]);
      } finally {
        loop.setExceptionHandler(null);
      }
    });

    it('an async function that is cancelled while it waits for a result leaves nothing running', async () => {
      const wait = (_n: number, task: RemoteTask) =>
        new Promise<void>((_resolve, reject) => {
          task.signal.addEventListener('abort', () => reject(task.signal.reason as Error));
        });
      const consumer = createTask(async () => {
        for await (const _ of executor.map(wait, [1, 2, 3], { concurrency: 2 })) void _;
      });
      await new Promise((resolve) => setTimeout(resolve, 10));
      consumer.cancel();
      await expect(consumer).rejects.toMatchObject({ name: 'CancelledError' });
      expect([...allTasks()]).toEqual([]);
    });
  });
});
