import { coroutine, createTask, getRunningLoop, run, sleep, wait, type Coroutine, type Task } from 'rxtasks';
import { runVirtual } from '../../support/virtual.js';
import { inChildProcess } from '../../support/child-process.js';

describe('a million tasks', () => {
  it('are made, awaited and collected, and the heap is what it was', async () => {
    const { stdout, stderr, status } = await inChildProcess(`
      const { run, createTask, coroutine } = rxtasks;
      const work = coroutine(function* (n) { yield; return n; });
      const heap = () => { gc(); return process.memoryUsage().heapUsed; };
      const sum = await run(function* () {
        let sum = 0;
        for (let round = 0; round < 10; round++) {
          const tasks = Array.from({ length: 100_000 }, (_, n) => createTask(work(n)));
          for (const task of tasks) sum += yield* task;
          if (round === 0) { tasks.length = 0; globalThis.before = heap(); }
        }
        return sum;
      });
      await new Promise((resolve) => setTimeout(resolve, 20));
      console.log(sum, rxtasks.allTasks().size, heap() - globalThis.before < 5e6);
    `);
    expect({ stdout, stderr, status }).toEqual({ stdout: '49999500000 0 true', stderr: '', status: 0 });
  });
});

describe('a chain of 10,000 tasks, each of which awaits the next', () => {
  const chain = (first: Coroutine<unknown>): Task<unknown>[] => {
    const tasks: Task<unknown>[] = [createTask(first)];
    for (let i = 1; i < 10_000; i++) {
      const next = tasks[i - 1] as Task<unknown>;
      tasks.push(
        createTask(function* () {
          return yield* next;
        }),
      );
    }
    return tasks;
  };

  it('ends', () =>
    runVirtual(function* () {
      expect(yield* chain(sleep(10, 'end')).at(-1) as Task<unknown>).toBe('end');
    }));

  it('is cancelled as a whole, without recursion', () =>
    runVirtual(function* () {
      const tasks = chain(sleep(Infinity));
      yield* sleep(1);
      const last = tasks.at(-1) as Task<unknown>;
      expect(last.cancel('enough')).toBe(true);
      yield* wait([last]);
      expect(tasks.filter((task) => task.cancelled())).toHaveLength(10_000);
    }));

  it('shows a short text', () =>
    runVirtual(function* () {
      const tasks = chain(sleep(Infinity));
      yield* sleep(1);
      const last = tasks.at(-1) as Task<unknown>;
      expect(String(last).match(/awaiting/g)).toHaveLength(3);
      last.cancel();
      yield* wait([last]);
    }));
});

describe('tasks that wait for each other in a circle', () => {
  const circle = (make: (next: () => Task<unknown>) => Task<unknown>, length: number): Task<unknown>[] => {
    const tasks: Task<unknown>[] = [];
    for (let i = 0; i < length; i++) tasks.push(make(() => tasks[(i + 1) % length] as Task<unknown>));
    return tasks;
  };
  const inCoroutine = (next: () => Task<unknown>) =>
    createTask(function* () {
      yield* next();
    });

  it.each([2, 3, 100])('are all cancelled by a cancel of one (coroutines, %d)', (length) =>
    runVirtual(function* () {
      const tasks = circle(inCoroutine, length);
      const outside = inCoroutine(() => tasks[0] as Task<unknown>);
      yield* sleep(1);
      outside.cancel('enough');
      yield* wait([outside, ...tasks]);
      expect(outside.cancelled()).toBe(true);
      expect(tasks.every((task) => task.cancelled())).toBe(true);
    }),
  );

  it.each([2, 3, 100])('are all cancelled by a cancel of one (async functions, %d)', (length) =>
    run(async () => {
      const tasks = circle((next) => createTask(async () => void (await next())), length);
      await sleep(1);
      tasks[0]?.cancel('enough');
      await wait(tasks);
      expect(tasks.every((task) => task.cancelled())).toBe(true);
    }),
  );

  it('do not keep a run from ending', async () => {
    const result = await run(function* () {
      circle(inCoroutine, 3);
      yield* sleep(1);
      return 'over';
    });
    expect(result).toBe('over');
  });
});

describe('coroutines nested in each other by yield*', () => {
  const nested: (depth: number) => Coroutine<number> = coroutine(function* (depth: number) {
    return depth === 0 ? yield* sleep(1, 0) : (yield* nested(depth - 1)) + 1;
  });

  it('work 50,000 deep, without filling the stack', () =>
    runVirtual(function* () {
      expect(yield* nested(50_000)).toBe(50_000);
    }));

  it('fail with a RuntimeError that names the limit beyond 100,000', () =>
    runVirtual(function* () {
      const task = createTask(nested(1_000_000));
      yield* sleep(1);
      expect(task.exception()).toMatchObject({
        name: 'RuntimeError',
        message: /nested by `yield\*` more than 100,000 deep/,
      });
      expect(yield* sleep(1, 'the loop goes on')).toBe('the loop goes on');
    }));
});

describe('a function that recurses without end', () => {
  it('fails its task, and nothing else', () =>
    runVirtual(function* () {
      const recurse = (): number => recurse() + 1;
      const task = createTask(function* () {
        yield;
        return recurse();
      });
      const other = createTask(sleep(5, 'other'));
      yield* sleep(1);
      expect(task.exception()).toMatchObject({ name: 'RuntimeError' });
      expect(yield* other).toBe('other');
    }));
});

describe('a done callback that throws', () => {
  it('stops nothing else', async () => {
    const kinds: string[] = [];
    const log: string[] = [];
    await runVirtual(
      function* () {
        const task = createTask(sleep(1, 'value'));
        const waiter = createTask(function* () {
          log.push(yield* task);
        });
        task.addDoneCallback(() => {
          throw new Error('boom');
        });
        task.addDoneCallback(() => log.push('next'));
        yield* waiter;
        yield;
      },
      { onContext: ({ kind }) => kinds.push(kind) },
    );
    expect([kinds, log]).toEqual([['callback'], ['next', 'value']]);
  });
});

describe('tasks that yield for ever', () => {
  it('leave timers and I/O their turn, also a thousand of them', async () => {
    const { stdout, status } = await inChildProcess(`
      import { createServer, connect } from 'node:net';
      const { run, createTask } = rxtasks;
      let stop = false;
      const server = createServer((socket) => socket.end('hello')).listen(0, '127.0.0.1', () => {
        for (let i = 0; i < 1000; i++) createTask(function* () { while (!stop) yield; });
        setTimeout(() => console.log('timer'), 10);
        connect(server.address().port, '127.0.0.1').on('data', (data) => console.log('socket', String(data))).on('close', () => {
          setTimeout(() => { stop = true; server.close(); }, 20);
        });
      });
    `);
    expect(stdout.split('\n').sort()).toEqual(['socket hello', 'timer']);
    expect(status).toBe(0);
  });

  it('leave timers of the loop their turn', async () => {
    const result = await run(function* () {
      const spin = createTask(function* () {
        for (;;) yield;
      });
      yield* sleep(10);
      spin.cancel();
      return 'woken';
    });
    expect(result).toBe('woken');
  });

  it('leave setTimeout its turn, also in an async function', async () => {
    const fired = await run(async () => {
      let over = false;
      setTimeout(() => {
        over = true;
      }, 10);
      let turns = 0;
      while (!over) {
        await sleep(0);
        turns++;
      }
      return turns;
    });
    expect(fired).toBeGreaterThan(1);
  });

  it('leave setTimeout its turn where no task yields but callbacks follow each other', async () => {
    await run(function* () {
      const loop = getRunningLoop();
      let over = false;
      setTimeout(() => {
        over = true;
      }, 5);
      const again = (): void => {
        if (!over) loop.callSoon(again);
      };
      again();
      while (!over) yield;
    });
  });
});
