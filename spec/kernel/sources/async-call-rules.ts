import { VirtualTimeScheduler, of, timer } from 'rxjs';
import {
  type CancelledError,
  ContextVar,
  Event,
  type EventLoop,
  Lock,
  Queue,
  type RunOptions,
  type Task,
  type TaskOptions,
  type TaskSource,
  TimeoutError,
  allTasks,
  coroutine,
  currentTask,
  isCancelled,
  run,
  sleep,
  withTaskGroup,
  withTimeout,
} from 'rxtasks';
import { frameByFrame, gate, settled } from '../tasks/frame-by-frame.js';

/** How async code waits: by a bare `await`, which needs ambient context, or by `resultOf` of the task or scope. */
export type Waiting = <T>(
  owner: { resultOf<U>(source: TaskSource<U>): Promise<U> },
  source: TaskSource<T>,
) => Promise<T>;

/** The rules for async functions that hold with and without ambient context. */
export function describeRules(options: RunOptions, wait: Waiting): void {
  /** Without ambient context only the loop itself tells after an `await` which loop is meant. */
  let loop: EventLoop;
  const createTask = ((source: TaskSource<unknown>, given?: TaskOptions) =>
    loop.createTask(source, given)) as EventLoop['createTask'];
  const virtually = <T>(main: Parameters<typeof frameByFrame<T>>[0]) =>
    frameByFrame<T>((task, frames) => {
      ({ loop } = task);
      return main(task, frames);
    }, options);
  const log: unknown[] = [];
  beforeEach(() => void log.splice(0));

  /** Waits for ever, and says so when it is cancelled; its clean-up takes `ms`. */
  const stubborn = coroutine(function* (name: string, ms: number = 0) {
    try {
      yield* sleep(Infinity);
    } finally {
      if (ms > 0) yield* sleep(ms);
      log.push(`${name} cleaned up`);
    }
  });

  describe('an async function as a task', () => {
    it('is called with the task, in its first step', () =>
      virtually(async (main) => {
        const task = createTask(async (given) => log.push(given), { name: 'a' });
        expect(log).toEqual([]);
        await wait(main, task);
        expect(log).toEqual([task]);
        expect(task.result()).toBe(1);
      }));

    it('is the current task in its first part', () =>
      virtually(async (main) => {
        const task = createTask(async () => void log.push(currentTask() === task));
        await wait(main, task);
        expect(log).toEqual([true]);
      }));

    it('fails as the function does', () =>
      virtually(async (main) => {
        const error = new Error('boom');
        const task = createTask(async () => Promise.reject(error));
        await expect(wait(main, task)).rejects.toBe(error);
        expect(task.exception()).toBe(error);
      }));

    it('is cancelled by a CancelledError where it waits', () =>
      virtually(async (main) => {
        const task = createTask(async (self) => {
          try {
            await wait(self, sleep(Infinity));
          } catch (error) {
            log.push((error as CancelledError).message);
            throw error;
          }
        });
        await wait(main, sleep(1));
        expect(task.cancel('enough')).toBe(true);
        await expect(wait(main, task)).rejects.toMatchObject({ name: 'CancelledError' });
        expect(log).toEqual(['enough']);
        expect(task.cancelled()).toBe(true);
      }));

    it('is not cancelled if it catches the error and goes on', () =>
      virtually(async (main) => {
        const task = createTask(async (self) => {
          await wait(self, sleep(Infinity)).catch(() => {});
          await wait(self, sleep(5));
          return 'refused';
        });
        await wait(main, sleep(1));
        task.cancel();
        expect(await wait(main, task)).toBe('refused');
        expect(task.cancelled()).toBe(false);
        expect(task.cancelling()).toBe(1);
      }));

    it('may wait while it cleans up', () =>
      virtually(async (main) => {
        const task = createTask(async (self) => {
          try {
            await wait(self, sleep(Infinity));
          } finally {
            await wait(self, sleep(30));
            log.push('clean');
          }
        });
        await wait(main, sleep(1));
        const before = loop.time();
        task.cancel();
        await wait(main, task).catch(() => {});
        expect(log).toEqual(['clean']);
        expect(loop.time() - before).toBe(30);
        expect(task.cancelled()).toBe(true);
      }));

    it('can be cancelled again while it cleans up', () =>
      virtually(async (main) => {
        const task = createTask(async (self) => {
          try {
            await wait(self, sleep(Infinity));
          } finally {
            await wait(self, sleep(30)).catch((error: CancelledError) => log.push(error.message));
          }
        });
        await wait(main, sleep(1));
        task.cancel('first');
        await wait(main, sleep(1));
        task.cancel('second');
        await wait(main, task).catch(() => {});
        expect(log).toEqual(['second']);
      }));

    it('gets one error for two cancels at once, as a coroutine does; its clean-up is not interrupted', () =>
      virtually(async (main) => {
        const task = createTask(async (self) => {
          try {
            await wait(self, sleep(Infinity));
          } finally {
            await wait(self, sleep(20));
            log.push('clean');
          }
        });
        await wait(main, sleep(1));
        task.cancel();
        task.cancel();
        await wait(main, task).catch(() => {});
        expect(task.cancelled()).toBe(true);
        expect(task.cancelling()).toBe(2);
        expect(log).toEqual(['clean']);
      }));

    it('never calls the function if it is cancelled before it starts', () =>
      virtually(async (main) => {
        const task = createTask(async () => log.push('called'));
        task.cancel();
        await wait(main, task).catch(() => {});
        expect(task.cancelled()).toBe(true);
        expect(log).toEqual([]);
      }));

    it('refuses to wait for itself instead of hanging', () =>
      virtually(async (main) => {
        const task: Task<unknown> = createTask(async (self) => wait(self, self));
        await expect(wait(main, task)).rejects.toMatchObject({ name: 'RuntimeError', message: /awaits itself/ });
      }));

    it('refuses what is not a source where it waits', () =>
      virtually(async (main) => {
        expect(() => main.resultOf(5 as never)).toThrow(TypeError);
      }));

    it('waits for an Observable, a promise and a generator by resultOf', () =>
      virtually(async (main) => {
        const results = [
          await main.resultOf(of(1, 2)),
          await main.resultOf(Promise.resolve('three')),
          await main.resultOf(
            (function* () {
              yield* sleep(1);
              return 4;
            })(),
          ),
        ];
        expect(results).toEqual([2, 'three', 4]);
      }));
  });

  describe('an internal run of an async function', () => {
    it('is no task: names, the current task and the list of tasks are those of its owner', () =>
      virtually(async (main) => {
        const inside = coroutine(function* () {
          yield* sleep(1);
          return [currentTask() === main, allTasks().size];
        });
        expect(await wait(main, inside())).toEqual([true, 1]);
      }));

    it('starts at once', () =>
      virtually(async (main) => {
        const inside = coroutine(function* () {
          log.push('started');
          yield* sleep(1);
        });
        const waiting = wait(main, inside());
        await null;
        expect(log).toEqual(['started']);
        await waiting;
      }));

    it('shares the context variables of its owner', () =>
      virtually(async (main) => {
        const variable = new ContextVar<number>('v', { defaultValue: 0 });
        const set = coroutine(function* (value: number) {
          variable.set(value);
          yield* sleep(1);
        });
        await wait(main, set(1));
        expect(main.context.get(variable)).toBe(1);
        await wait(
          main,
          coroutine(function* () {
            expect(variable.get()).toBe(1);
            yield;
          })(),
        );
      }));

    it('is reached by a cancel of its owner, and so are all that run side by side', () =>
      virtually(async (main) => {
        const task = createTask(async (self) => {
          await Promise.all([wait(self, stubborn('a', 10)), wait(self, stubborn('b', 5))]);
        });
        await wait(main, sleep(1));
        task.cancel();
        await wait(main, sleep(20));
        expect(task.cancelled()).toBe(true);
        expect(log).toEqual(['b cleaned up', 'a cleaned up']);
      }));

    it('is cancelled from the inside to the outside', () =>
      virtually(async (main) => {
        const outer = coroutine(function* () {
          try {
            yield* stubborn('inner', 5);
          } finally {
            log.push('outer cleaned up');
          }
        });
        const task = createTask(async (self) => {
          try {
            await wait(self, outer());
          } finally {
            log.push('task cleaned up');
          }
        });
        await wait(main, sleep(1));
        task.cancel();
        await wait(main, task).catch(() => {});
        expect(log).toEqual(['inner cleaned up', 'outer cleaned up', 'task cleaned up']);
      }));

    it('hands a request that it has not thrown to the one who waits for it, when it ends by value', () =>
      virtually(async (main) => {
        const arrived = loop.createFuture<string>();
        const inside = () =>
          withTimeout(null, async (scope) => {
            const value = await wait(scope, arrived);
            return value;
          });
        const task = createTask(async (self) => {
          log.push(await wait(self, inside()));
          await wait(self, sleep(0));
          log.push('went on');
        });
        await wait(main, sleep(1));
        arrived.setResult('arrived');
        task.cancel('late');
        await expect(wait(main, task)).rejects.toMatchObject({ name: 'CancelledError', message: 'late' });
        expect(log).toEqual(['arrived']);
      }));
  });

  describe('scopes in async functions', () => {
    it('side by side do not disturb each other', () =>
      virtually(async (main) => {
        const [short, long] = await Promise.allSettled([
          wait(
            main,
            withTimeout(10, async (scope) => wait(scope, sleep(100))),
          ),
          wait(
            main,
            withTimeout(100, async (scope) => wait(scope, sleep(50, 'in time'))),
          ),
        ]);
        expect(short).toMatchObject({ status: 'rejected', reason: { name: 'TimeoutError' } });
        expect(long).toEqual({ status: 'fulfilled', value: 'in time' });
        expect(main.cancelling()).toBe(0);
      }));

    it('cancel their own run only: the task is not asked', () =>
      virtually(async (main) => {
        const scope = withTimeout(10, async (timeout) => {
          await wait(timeout, sleep(Infinity)).catch((error: unknown) => {
            log.push(main.cancelling());
            throw error;
          });
        });
        await expect(wait(main, scope)).rejects.toBeInstanceOf(TimeoutError);
        expect(log).toEqual([0]);
      }));

    it('pass a cancel of the task through as CancelledError', () =>
      virtually(async (main) => {
        const task = createTask(async (self) =>
          wait(
            self,
            withTimeout(1000, async (scope) => wait(scope, stubborn('body'))),
          ),
        );
        await wait(main, sleep(1));
        task.cancel('outside');
        await expect(wait(main, task)).rejects.toMatchObject({ name: 'CancelledError', message: 'outside' });
        expect(log).toEqual(['body cleaned up']);
      }));

    it('can be nested, and each knows its own time limit', () =>
      virtually(async (main) => {
        const inner = withTimeout(10, async (scope) => wait(scope, sleep(1000)));
        const outer = withTimeout(100, async (scope) => {
          await wait(scope, inner).catch((error: Error) => log.push(error.name));
          return wait(scope, sleep(5, 'outer goes on'));
        });
        expect(await wait(main, outer)).toBe('outer goes on');
        expect(log).toEqual(['TimeoutError']);
      }));

    it('drop their own request when their body ends by value', () =>
      virtually(async (main) => {
        const arrived = loop.createFuture<string>();
        loop.callLater(10, () => arrived.setResult('arrived'));
        const scope = withTimeout(10, async (timeout) => wait(timeout, arrived));
        expect(await wait(main, scope)).toBe('arrived');
        await wait(main, sleep(5));
        expect(main.cancelling()).toBe(0);
      }));

    it('cancel a group whose child fails, its async body included', () =>
      virtually(async (main) => {
        const group = withTaskGroup(async (scope) => {
          scope.createTask(async (self) => {
            await wait(self, sleep(5));
            throw new Error('child');
          });
          await wait(scope, stubborn('body'));
        });
        await expect(wait(main, group)).rejects.toMatchObject({
          name: 'ExceptionGroup',
          errors: [{ message: 'child' }],
        });
        expect(log).toEqual(['body cleaned up']);
        expect(main.cancelling()).toBe(0);
      }));

    it('wait for the children of a group whose async body is cancelled', () =>
      virtually(async (main) => {
        const task = createTask(async (self) =>
          wait(
            self,
            withTaskGroup(async (scope) => {
              scope.createTask(stubborn('child', 20));
              await wait(scope, stubborn('body'));
            }),
          ),
        );
        await wait(main, sleep(1));
        task.cancel();
        await wait(main, task).catch(() => {});
        expect(log).toEqual(['body cleaned up', 'child cleaned up']);
        expect(task.cancelled()).toBe(true);
      }));
  });

  describe('a value that has arrived', () => {
    it('is delivered though a cancel comes; the request is thrown at the next wait', () =>
      virtually(async (main) => {
        const queue = new Queue<string>();
        const task = createTask(async (self) => {
          log.push(await wait(self, queue.get()));
          await wait(self, sleep(0));
          log.push('went on');
        });
        await wait(main, sleep(1));
        queue.putNowait('item');
        await wait(main, sleep(0));
        task.cancel('late');
        await expect(wait(main, task)).rejects.toMatchObject({ name: 'CancelledError', message: 'late' });
        expect(log.length + queue.qsize()).toBe(1);
        expect(log).not.toContain('went on');
      }));

    it('is neither lost nor delivered twice, wherever between arrival and delivery the cancel falls', async () => {
      for (let hops = 0; hops < 12; hops++) {
        const received: string[] = [];
        await virtually(async (main) => {
          const queue = new Queue<string>();
          const task = createTask(async (self) => {
            received.push(await wait(self, queue.get()));
            await wait(self, sleep(0));
          });
          await wait(main, sleep(1));
          queue.putNowait('item');
          for (let i = 0; i < hops; i++) await null;
          task.cancel();
          await wait(main, task).catch(() => {});
          while (!queue.empty()) received.push(queue.getNowait());
        });
        expect(received).toEqual(['item']);
      }
    });

    it('leaves no lock held for ever', async () => {
      for (let hops = 0; hops < 12; hops++) {
        await virtually(async (main) => {
          const lock = new Lock();
          await wait(main, lock.acquire());
          const task = createTask(async (self) => {
            const held = await wait(self, lock.acquire());
            try {
              await wait(self, sleep(0));
            } finally {
              held[Symbol.dispose]();
            }
          });
          await wait(main, sleep(1));
          lock.release();
          for (let i = 0; i < hops; i++) await null;
          task.cancel();
          await wait(main, task).catch(() => {});
          expect(lock.locked()).toBe(false);
        });
      }
    });

    it('makes the task finished if it is what the function returns', () =>
      virtually(async (main) => {
        const arrived = loop.createFuture<string>();
        const task = createTask(async (self) => wait(self, arrived));
        await wait(main, sleep(1));
        arrived.setResult('value');
        task.cancel();
        expect(await wait(main, task)).toBe('value');
        expect(task.cancelled()).toBe(false);
        expect(task.cancelling()).toBe(1);
      }));

    it('keeps the request armed until it is thrown, once', () =>
      virtually(async (main) => {
        const { promise, open } = gate();
        const task = createTask(async (self) => {
          await promise;
          log.push(await wait(self, sleep(1)).catch((error: CancelledError) => error.message));
          log.push(await wait(self, sleep(1, 'second wait')));
        });
        await wait(main, sleep(1));
        task.cancel('armed');
        open();
        await wait(main, task);
        expect(log).toEqual(['armed', 'second wait']);
      }));

    it('starts nothing in a wait that throws the armed request', () =>
      virtually(async (main) => {
        const source = coroutine(function* () {
          log.push('started');
          yield;
        });
        const { promise, open } = gate();
        const task = createTask(async (self) => {
          await promise;
          await wait(self, source());
        });
        await wait(main, sleep(1));
        task.cancel();
        open();
        await wait(main, task).catch(() => {});
        expect(task.cancelled()).toBe(true);
        expect(log).toEqual([]);
      }));
  });

  describe('what is cancelled along', () => {
    it('is the hot task that is awaited', () =>
      virtually(async (main) => {
        const other = createTask(stubborn('other'));
        const task = createTask(async (self) => wait(self, other));
        await wait(main, sleep(1));
        task.cancel('along');
        await wait(main, sleep(1));
        expect(other.cancelled()).toBe(true);
        expect(task.cancelled()).toBe(true);
        expect(log).toEqual(['other cleaned up']);
      }));

    it('is all that is awaited at the same time', () =>
      virtually(async (main) => {
        const others = ['a', 'b', 'c'].map((name) => createTask(stubborn(name)));
        const task = createTask(async (self) => Promise.all(others.map((other) => wait(self, other))));
        await wait(main, sleep(1));
        task.cancel();
        await wait(main, sleep(1));
        expect(others.map((other) => other.cancelled())).toEqual([true, true, true]);
        expect(task.cancelled()).toBe(true);
      }));

    it('is asked once, though it is awaited twice', () =>
      virtually(async (main) => {
        const other = createTask(stubborn('other'));
        const task = createTask(async (self) => Promise.all([wait(self, other), wait(self, other)]));
        await wait(main, sleep(1));
        task.cancel();
        await wait(main, sleep(1));
        expect(other.cancelling()).toBe(1);
        expect(task.cancelled()).toBe(true);
      }));

    it('is not the loser of an earlier race', () =>
      virtually(async (main) => {
        const slow = createTask(sleep(100, 'slow'));
        const fast = createTask(sleep(5, 'fast'));
        const task = createTask(async (self) => {
          log.push(await Promise.race([wait(self, slow), wait(self, fast)]));
          await wait(self, sleep(Infinity));
        });
        await wait(main, sleep(20));
        task.cancel();
        await wait(main, task).catch(() => {});
        expect(task.cancelled()).toBe(true);
        expect(slow.cancelling()).toBe(0);
        expect(await wait(main, slow)).toBe('slow');
        expect(log).toEqual(['fast']);
      }));

    it('are the older waits in so far as they are rejected; what they wait for runs on', () =>
      virtually(async (main) => {
        const older = createTask(sleep(100, 'older'));
        const task = createTask(async (self) => {
          const waiting = wait(self, older).catch((error: Error) => log.push(error.name));
          await wait(self, createTask(sleep(5)));
          await Promise.all([waiting, wait(self, sleep(Infinity))]);
        });
        await wait(main, sleep(20));
        task.cancel();
        await wait(main, task).catch(() => {});
        expect(log).toEqual(['CancelledError']);
        expect(await wait(main, older)).toBe('older');
      }));

    it('is not what is only watched', () =>
      virtually(async (main) => {
        const watched = createTask(sleep(50, 'watched'));
        const task = createTask(async (self) => {
          watched.subscribe((value) => log.push(value));
          watched.addDoneCallback(() => log.push('done'));
          await wait(self, sleep(Infinity));
        });
        await wait(main, sleep(5));
        task.cancel();
        await wait(main, watched);
        await wait(main, sleep(1));
        expect(task.cancelled()).toBe(true);
        expect(log).toEqual(['watched', 'done']);
      }));

    it('may refuse: then the task waits on', () =>
      virtually(async (main) => {
        const other = createTask(function* () {
          try {
            yield* sleep(Infinity);
          } catch (error) {
            if (!isCancelled(error)) throw error;
          }
          yield* sleep(20);
          return 'refused';
        });
        const task = createTask(async (self) => wait(self, other));
        await wait(main, sleep(1));
        task.cancel();
        expect(await wait(main, task)).toBe('refused');
      }));
  });

  describe('the signal', () => {
    it('of a task is aborted by a cancel, with the CancelledError as reason', () =>
      virtually(async (main) => {
        const task = createTask(async (self) => {
          const { signal } = self;
          expect(signal.aborted).toBe(false);
          await wait(self, sleep(Infinity)).catch(() => {});
          log.push(signal.aborted, isCancelled(signal.reason), (signal.reason as Error).message);
          expect(self.signal).toBe(signal);
        });
        await wait(main, sleep(1));
        task.cancel('stop');
        await wait(main, task);
        expect(log).toEqual([true, true, 'stop']);
      }));

    it('that is read after the cancel is aborted already', () =>
      virtually(async (main) => {
        const task = createTask(async (self) => {
          await wait(self, sleep(Infinity)).catch(() => {});
          return self.signal.aborted;
        });
        await wait(main, sleep(1));
        task.cancel();
        expect(await wait(main, task)).toBe(true);
      }));

    it('stays aborted until uncancel() has taken back the last request; then there is a fresh one', () =>
      virtually(async (main) => {
        const task = createTask(async (self) => {
          const first = self.signal;
          await wait(self, sleep(Infinity)).catch(() => {});
          await wait(self, sleep(Infinity)).catch(() => {});
          log.push(self.uncancel(), self.signal.aborted, self.uncancel(), self.signal.aborted, first.aborted);
        });
        await wait(main, sleep(1));
        task.cancel();
        await wait(main, sleep(1));
        task.cancel();
        await wait(main, task);
        expect(log).toEqual([1, true, 0, false, true]);
      }));

    it('of a scope is aborted by its time limit and by a cancel from outside', () =>
      virtually(async (main) => {
        const limited = withTimeout(10, async (scope) => {
          const { signal } = scope;
          await wait(scope, sleep(Infinity)).catch(() => {});
          return signal.aborted;
        });
        expect(await wait(main, limited)).toBe(true);

        const task = createTask(async (self) =>
          wait(
            self,
            withTaskGroup(async (group) => {
              const { signal } = group;
              await wait(group, sleep(Infinity)).catch(() => {});
              log.push(signal.aborted);
            }),
          ),
        );
        await wait(main, sleep(1));
        task.cancel();
        await wait(main, task).catch(() => {});
        expect(log).toEqual([true]);
      }));

    it('of a task is not aborted by a scope inside of it', () =>
      virtually(async (main) => {
        await expect(
          wait(
            main,
            withTimeout(5, async (scope) => wait(scope, sleep(50))),
          ),
        ).rejects.toThrow(TimeoutError);
        expect(main.signal.aborted).toBe(false);
      }));

    const aborting = (signal: AbortSignal, makeError: (signal: AbortSignal) => unknown) =>
      new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(makeError(signal) as Error));
      });

    it.each<[string, (signal: AbortSignal) => unknown]>([
      ['the reason itself', (signal) => signal.reason],
      ['an error whose cause is the reason', (signal) => new Error('wrapped', { cause: signal.reason })],
      ['an AbortError', () => new DOMException('This operation was aborted', 'AbortError')],
      ['a CanceledError', () => Object.assign(new Error('canceled'), { name: 'CanceledError' })],
    ])('makes %s count as a cancellation', (_, makeError) =>
      virtually(async (main) => {
        const task = createTask(async (self) => aborting(self.signal, makeError));
        await wait(main, sleep(1));
        task.cancel('stop');
        await expect(wait(main, task)).rejects.toMatchObject({ name: 'CancelledError', message: 'stop' });
        expect(task.cancelled()).toBe(true);

        const limited = withTimeout(5, async (scope) => aborting(scope.signal, makeError));
        await expect(wait(main, limited)).rejects.toBeInstanceOf(TimeoutError);
      }),
    );

    it('leaves any other error a failure', () =>
      virtually(async (main) => {
        const task = createTask(async (self) => aborting(self.signal, () => new Error('other')));
        await wait(main, sleep(1));
        task.cancel();
        await expect(wait(main, task)).rejects.toMatchObject({ message: 'other' });
        expect(task.cancelled()).toBe(false);
      }));

    it('that is not aborted leaves an AbortError a failure', () =>
      virtually(async (main) => {
        const task = createTask(async (self) => {
          expect(self.signal.aborted).toBe(false);
          throw new DOMException('of somebody else', 'AbortError');
        });
        await expect(wait(main, task)).rejects.toMatchObject({ name: 'AbortError' });
        expect(task.cancelled()).toBe(false);
      }));
  });

  describe('a native await', () => {
    it('cannot be interrupted: the task stays cancelling', () =>
      virtually(async (main) => {
        const native = gate();
        const task = createTask(async () => native.promise, { name: 'stuck' });
        await wait(main, sleep(1));
        task.cancel();
        await wait(main, sleep(1000));
        expect(task.done()).toBe(false);
        expect(String(task)).toContain("<Task cancelling name='stuck'");
        native.open();
        await wait(main, task);
      }));

    it('becomes interruptible by resultOf, which takes the late rejection to the exception handler', () =>
      virtually(async (main, { reports }) => {
        let fail!: (error: Error) => void;
        const native = new Promise<void>((_, reject) => (fail = reject));
        const task = createTask(async (self) => self.resultOf(native));
        await wait(main, sleep(1));
        task.cancel();
        await wait(main, task).catch(() => {});
        expect(task.cancelled()).toBe(true);
        const error = new Error('late');
        fail(error);
        await settled();
        expect(reports).toMatchObject([{ kind: 'late-rejection', exception: error }]);
      }));

    it('is attached to at the call of resultOf', () =>
      virtually(async (main) => {
        const error = new Error('early');
        const waiting = main.resultOf(Promise.reject(error));
        await settled();
        await expect(waiting).rejects.toBe(error);
      }));
  });

  describe('run with a time of grace', () => {
    it('names the tasks that are stuck, and ends', async () => {
      const reports: unknown[] = [];
      const stuck = (name: string) => createTask(async () => new Promise<never>(() => {}), { name });
      const result = await run(
        async (main) => {
          ({ loop } = main);
          loop.setExceptionHandler((_loop, { kind, task }) => reports.push([kind, (task as Task<unknown>).name]));
          stuck('first');
          createTask(stubborn('good'));
          stuck('second');
          await wait(main, sleep(1));
          return 'main';
        },
        { ...options, grace: 20 },
      );
      expect(result).toBe('main');
      expect(log).toEqual(['good cleaned up']);
      expect(reports).toEqual([
        ['stuck', 'first'],
        ['stuck', 'second'],
      ]);
    });
  });

  describe('a lazy thenable', () => {
    it('is run by a promise that is resolved with it', () =>
      virtually(async () => {
        const source = coroutine(function* () {
          log.push('ran');
          yield;
          return 5;
        });
        const cold = source();
        await settled();
        expect(log).toEqual([]);
        expect(await Promise.resolve(cold)).toBe(5);
        expect(log).toEqual(['ran']);
      }));

    it('is not one as an Observable', () => {
      const source = sleep(1).asObservable();
      expect('then' in source).toBe(false);
    });
  });

  describe('a chain of 10,000 async functions', () => {
    it('ends, and its cancel walks without recursion', () =>
      virtually(async (main) => {
        const end = new Event();
        const chain = (length: number): Task<unknown>[] => {
          const tasks: Task<unknown>[] = [createTask(async (self) => wait(self, end.wait()))];
          for (let i = 1; i < length; i++) {
            const before = tasks[i - 1] as Task<unknown>;
            tasks.push(createTask(async (self) => wait(self, before)));
          }
          return tasks;
        };
        const first = chain(10_000);
        await wait(main, sleep(1));
        end.set();
        expect(await wait(main, first.at(-1) as Task<unknown>)).toBe(true);

        end.clear();
        const second = chain(10_000);
        await wait(main, sleep(1));
        expect(second.at(-1)?.cancel('x')).toBe(true);
        await expect(wait(main, second.at(-1) as Task<unknown>)).rejects.toMatchObject({ name: 'CancelledError' });
        expect(second.every((task) => task.cancelled())).toBe(true);
      }));
  });

  it('an async function is driven in real time as in virtual time', async () => {
    const scheduler = new VirtualTimeScheduler();
    expect(scheduler.now()).toBe(0);
    const result = await run(async (main) => {
      await wait(main, sleep(2));
      return main.resultOf(timer(1));
    }, options);
    expect(result).toBe(0);
  });
}
