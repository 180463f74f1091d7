import type { Observable } from 'rxjs';
import {
  ContextVar,
  Context,
  TimeoutError,
  allTasks,
  isCancelled,
  resultOf,
  run,
  shield,
  type Task,
  waitFor,
  withTimeout,
} from 'rxtasks';
import { BrokenExecutorError, type JobExecutor, type JobOptions, remote, transfer } from 'rxtasks/executors';
import type * as work from '../work/jobs.js';
import { workUrl } from '../support/work.js';

/** True, or the reason why not. */
export type Ability = true | string;

/** What a kind of executor is, and what it cannot do. */
export interface Kind {
  /** How many jobs run at a time in what `make` gives. */
  readonly workers: number;
  /** Can it stop a function that does not stop by itself? */
  readonly kills: Ability;
  /** Does a function that never lets go hear of a request when it looks at its signal? */
  readonly polls: Ability;
  /** Can memory be shared with the function, and ports be handed over to it? */
  readonly shares: Ability;
  /** Does all of the progress arrive, or may values be left out for newer ones? */
  readonly everyReport: Ability;
  /** Do its workers load the very modules that the references name? Default: true. */
  readonly loads?: Ability;
  /** The URL of spec/work/jobs. */
  readonly jobs?: URL;
  /** How many jobs "many" are. Default: 10,000. */
  readonly many?: number;
  /** How long a case may take, in ms, before it counts as hanging. Default: 300,000. */
  readonly patience?: number;
}

/** Makes an executor of the kind. */
export type Make = (options: JobOptions) => JobExecutor | Promise<JobExecutor>;

/**
 * What holds for every executor, whatever its jobs run in. Called once a kind, inside of no other `describe`.
 *
 * One executor serves all cases but those of its end; after each case it has to work as if nothing had been.
 */
export function contract(name: string, make: Make, kind: Kind): void {
  const url = kind.jobs ?? workUrl('jobs');
  const jobs = remote<typeof work>(url);
  const { workers, many = 10_000, patience = 300_000, loads = true } = kind;

  describe(`The contract of executors: ${name}`, () => {
    let executor: JobExecutor;

    beforeAll(async () => {
      executor = await make({ grace: 100 });
    }, patience);

    afterAll(async () => {
      await executor.shutdown();
    }, patience);

    afterEach(async () => {
      await expect(executor.submit(jobs.add, 1, 2)).resolves.toBe(3);
      // nothing of the case is left
      expect([...allTasks()].map(String)).toEqual([]);
    }, patience);

    /** A case that has to end. */
    const test = (title: string, fn: () => Promise<void>) => it(title, fn, patience);

    /** Occupies all workers; gives what frees them again. */
    async function occupy(of = executor): Promise<() => Promise<void>> {
      const tasks = Array.from({ length: workers }, () => of.submit(jobs.wait));
      await Promise.all(tasks.map(running));
      return async () => {
        for (const task of tasks) task.cancel();
        await Promise.allSettled(tasks);
      };
    }

    describe('results and arguments', () => {
      test('the value of the function is the result of the task', async () => {
        const task = executor.submit(jobs.add, 2, 3);
        expect(task.done()).toBe(false);
        expect(await task).toBe(5);
        expect(task.result()).toBe(5);
      });

      test('a function that is written where it is submitted travels by its source', async () => {
        const sum = executor.submit((...terms: number[]) => terms.reduce((a, b) => a + b, 0), 1, 2, 3);
        expect(await sum).toBe(6);
        expect(await executor.submit(async (text: string) => text.toUpperCase(), 'abc')).toBe('ABC');
      });

      const values: Record<string, unknown> = {
        undefined,
        null: null,
        'a number that is none': Number.NaN,
        'a negative zero': -0,
        'a string': 'ä\u0000\u{1f600}',
        'a big integer': 2n ** 70n,
        'a list with holes': [1, , 3], // eslint-disable-line no-sparse-arrays
        'a plain object': { a: { b: [true, undefined] } },
        'a map': new Map<unknown, unknown>([
          ['a', 1],
          [{ b: 2 }, new Map()],
        ]),
        'a set': new Set([1, 'a', new Set([2])]),
        'a date': new Date(1e12),
        'a regular expression': /a+/gi,
        'typed arrays': [new Float64Array([0.5, -1]), new Uint8Array([1, 2]), new BigInt64Array([3n])],
        'a part of a buffer': new Uint8Array(new ArrayBuffer(16), 4, 3),
        'an array buffer': new Uint8Array([1, 2, 3]).buffer,
        'much data': { bytes: new Uint8Array(300_000).fill(9), text: 'x'.repeat(100_000) },
      };
      test(`values come back as they were: ${Object.keys(values).join(', ')}`, async () => {
        for (const [what, value] of Object.entries(values)) {
          expect([what, await executor.submit(jobs.echo, value)]).toEqual([what, value]);
        }
      });

      test('the function gets maps, sets, dates, errors and bytes as such', async () => {
        const given = [new Map([[1, 2]]), new Set([1]), new Date(5), new RangeError('far'), Buffer.from('abc')];
        const seen = await Promise.all(given.map((each) => executor.submit(jobs.describeValue, each)));
        expect(seen).toEqual(['Map(1,2)', 'Set(1)', 'Date(5)', 'RangeError: far', '3 bytes']);
      });

      test('an error is a value as others', async () => {
        const error = await executor.submit(jobs.echo, new RangeError('far'));
        expect(Object.prototype.toString.call(error)).toBe('[object Error]');
        expect(String(error)).toBe('RangeError: far');
      });

      test('the bytes of a Buffer come back', async () => {
        const bytes = await executor.submit(jobs.echo, Buffer.from('abc'));
        expect(Buffer.from(bytes).toString()).toBe('abc');
      });

      test('circular structures travel both ways', async () => {
        const value: { self?: unknown } = {};
        value.self = value;
        expect(await executor.submit(jobs.isCircular, value)).toBe(true);
        const back = await executor.submit(jobs.echo, value);
        expect(back.self).toBe(back);
      });

      test('the arguments are as they were at the call', async () => {
        const free = await occupy();
        const list = [1, 2];
        const later = executor.submit(jobs.echo, list);
        list.push(3);
        await free();
        expect(await later).toEqual([1, 2]);
      });

      test('a function that declares one parameter more than it is given gets the task, no other does', async () => {
        expect(await executor.submit(jobs.nameOf)).toBe('nameOf');
        expect(await executor.submit(jobs.optional, 1)).toBe('number,undefined,undefined');
        expect(await executor.submit(jobs.optional, 1, 2, 3)).toBe('number,number,number');
      });

      test('an argument that cannot be copied is refused at the call, by its place', async () => {
        const bad: [unknown, string][] = [
          [() => {}, 'argument 1 is a function (anonymous)'],
          [{ a: [1, { b: function named() {} }] }, 'argument 1.a[1].b is a function (named)'],
          [Symbol('s'), 'argument 1 is a symbol'],
          [Promise.resolve(1), 'argument 1 is a Promise'],
          [new WeakMap(), 'argument 1 is a WeakMap'],
          [new Map([['k', () => {}]]), 'argument 1.value is a function'],
        ];
        for (const [value, message] of bad) {
          const submit = () => executor.submit(jobs.echo, value);
          expect(submit).toThrow(expect.objectContaining({ name: 'DataCloneError' }));
          expect(submit).toThrow(message);
        }
        expect(() => executor.submit(jobs.add, 1, (() => 1) as never)).toThrow('argument 2 is a function');
      });

      test('a result that cannot be copied is an error of the job', async () => {
        const error = await failure(executor.submit(jobs.giveFunction));
        expect(error).toMatchObject({ name: 'DataCloneError' });
        expect(error.message).toContain("the result of 'giveFunction' cannot be copied");
      });

      test('what is handed over is gone here, and arrives', async () => {
        const bytes = new Uint8Array(100_000);
        expect(await executor.submit(jobs.lengthOf, transfer(bytes, [bytes.buffer]))).toBe(100_000);
        expect(bytes.length).toBe(0);
        const twice = new Uint8Array(8);
        transfer(twice, [twice.buffer]);
        expect(await executor.submit(jobs.echo, [1])).toEqual([1]);
        expect(twice.length).toBe(8);
      });

      test('a result is handed over back', async () => {
        const bytes = await executor.submit(jobs.giveAway, 100_000);
        expect([bytes.length, bytes[99_999]]).toEqual([100_000, 7]);
      });

      if (kind.shares === true) {
        test('memory is shared, and ports are handed over', async () => {
          const memory = new SharedArrayBuffer(8);
          const write = (shared: SharedArrayBuffer) => void (new Uint8Array(shared)[0] = 7);
          await executor.submit(write, memory);
          expect(new Uint8Array(memory)[0]).toBe(7);

          const { port1, port2 } = new MessageChannel();
          const heard = new Promise((resolve) => (port1.onmessage = ({ data }) => resolve(data)));
          await executor.submit(jobs.sayThrough, transfer(port2 as never, [port2]), 'hello');
          expect(await heard).toBe('hello');
          port1.close();
        });
      } else {
        test(`what cannot be copied but only shared is refused at the call: ${kind.shares}`, async () => {
          const memory = { deep: new SharedArrayBuffer(8) };
          expect(() => executor.submit(jobs.echo, memory)).toThrow('argument 1.deep is a SharedArrayBuffer');
          expect(() => executor.submit(jobs.echo, new Blob(['b']))).toThrow('argument 1 is a Blob');
        });
      }
    });

    describe('errors', () => {
      test('an error arrives with class name, message, cause, own properties', async () => {
        const error = (await failure(executor.submit(jobs.fail, 'a.txt'))) as Error & { file: string };
        expect(error).toBeInstanceOf(Error);
        expect(error.constructor.name).toBe('HashError');
        expect(error).toMatchObject({ name: 'HashError', message: 'cannot hash a.txt', file: 'a.txt' });
        expect(error.cause).toBeInstanceOf(RangeError);
        expect(error.cause).toMatchObject({ message: 'too long' });
      });

      test('its stack begins where it was thrown, and goes on where it was submitted', async () => {
        const { stack } = await failure(executor.submit(jobs.fail, 'a.txt'));
        const lines = stack!.split('\n');
        expect(lines[0]).toBe('HashError: cannot hash a.txt');
        expect(lines[1]).toMatch(/at fail .*work\/jobs/);
        const border = lines.findIndex((line) => line.includes('(the worker; submitted:)'));
        expect(border).toBe(2); // nothing of the machinery between
        expect(lines[border + 1]).toContain('contract.ts');
      });

      test('a function by source shows itself in its stack', async () => {
        const breaks = (text: string) => {
          throw new Error(text);
        };
        const { stack } = await failure(executor.submit(breaks, 'here'));
        expect(stack!.split('\n')[1]).toMatch(/breaks.*rxtasks:breaks/);
      });

      test('errors of the library and of the language keep their classes', async () => {
        const errors = [
          await failure(executor.submit(() => JSON.parse('{'))),
          await failure(executor.submit(() => (null as unknown as string).length)),
          await failure(executor.submit(() => structuredClone(() => {}))),
        ];
        expect(errors[0]).toBeInstanceOf(SyntaxError);
        expect(errors[1]).toBeInstanceOf(TypeError);
        expect(errors[2]).toMatchObject({ name: 'DataCloneError' });
      });

      test('a class of errors may have the name of something else', async () => {
        const odd = (name: string) => {
          const Odd = class extends Error {};
          Object.defineProperty(Odd, 'name', { value: name });
          throw new Odd('odd');
        };
        for (const name of ['toString', 'constructor', '__proto__', 'isCancelled']) {
          const error = await failure(executor.submit(odd, name));
          expect(error).toBeInstanceOf(Error);
          expect([error.constructor.name, error.name, error.message]).toEqual([name, 'Error', 'odd']);
        }
      });

      test('an AggregateError has its errors', async () => {
        const error = (await failure(executor.submit(jobs.failTogether))) as AggregateError;
        expect(error).toBeInstanceOf(AggregateError);
        expect(error.errors.map(String)).toEqual(['TypeError: one', 'HashError: cannot hash b', '3']);
      });

      test('errors that are the cause of each other arrive', async () => {
        const error = await failure(executor.submit(jobs.failInCircle));
        expect([error.message, (error.cause as Error).message]).toEqual(['one', 'other']);
      });

      test('of its own properties those arrive that can be read and copied', async () => {
        const error = await failure(executor.submit(jobs.failWithProperties));
        expect({ ...error }).toEqual({ code: 'E_MUCH', details: { list: [1, 2] } });
        expect(error).toBeInstanceOf(TypeError);
      });

      test('what is thrown and is no error arrives as it is', async () => {
        for (const value of ['text', 0, undefined, null, { a: 1 }]) {
          const task = executor.submit(jobs.throwValue, value);
          const thrown = await task.then(
            () => 'no error',
            (error: unknown) => [error],
          );
          expect(thrown).toEqual([value]);
        }
      });

      test('what is thrown and cannot be copied, or not even read, is a TypeError that says so', async () => {
        expect(await failure(executor.submit(jobs.throwFunction))).toMatchObject({
          name: 'TypeError',
          message: expect.stringContaining('threw a value that cannot be copied'),
        });
        expect(await failure(executor.submit(jobs.throwUnreadable))).toMatchObject({ name: 'TypeError' });
      });

      if (loads === true) {
        test('a module that does not exist is an error of the job, with its cause', async () => {
          const missing = remote<{ work(): void }>(new URL('./no-such-module.js', url));
          const error = await failure(executor.submit(missing.work));
          expect(error).toMatchObject({ name: 'RuntimeError', message: expect.stringContaining('no-such-module.js') });
          expect(error.message).toContain('cannot be loaded');
          expect(error.cause).toMatchObject({ message: expect.stringMatching(/Cannot find|no-such-module|fetch/) });
        });

        test('an export that is no function, or that is not there, is an error that names those that are', async () => {
          const other = remote<{ notAFunction(): void; missing(): void }>(url);
          for (const [fn, what] of [
            [other.notAFunction, 'number'],
            [other.missing, 'no such export'],
          ] as const) {
            const error = await failure(executor.submit(fn));
            expect(error).toMatchObject({ name: 'RuntimeError', message: expect.stringContaining(`got ${what}`) });
            expect(error.message).toMatch(/its functions: .*echo.*, .*wait/s);
          }
        });
      } else {
        test(`a function that no module of the worker exports is an error that names those that are: ${loads}`, async () => {
          const missing = remote<{ work(): void }>(new URL('./no-such-module.js', url));
          const other = remote<{ notAFunction(): void; missing(): void }>(url);
          for (const [fn, which] of [
            [missing.work, /no-such-module\.js'\)\.work: .* no function 'work'/],
            [other.notAFunction, /jobs\.js'\)\.notAFunction: .* no function 'notAFunction'/],
            [other.missing, /jobs\.js'\)\.missing: .* no function 'missing'/],
          ] as const) {
            const error = await failure(executor.submit(fn));
            expect(error).toMatchObject({ name: 'RuntimeError', message: expect.stringMatching(which) });
            expect(error.message).toMatch(/it offers .*echo.*, .*wait/);
          }
        });
      }

      test('functions by source that need what is outside are refused at the call, in branches not taken too', async () => {
        const outside = Math.random();
        const never = (n: number) => (n < 0 ? outside : n);
        const asked = () => typeof outside;
        const tried = () => {
          try {
            return outside;
          } catch {
            return 0;
          }
        };
        for (const fn of [never, asked, tried] as (() => unknown)[]) {
          expect(() => executor.submit(fn)).toThrow(
            /uses 'outside' \(line \d+: .*does not exist in the worker.*remote</,
          );
        }
        class Klass {}
        const refused: [unknown, RegExp][] = [
          [Math.max, /native/],
          [function bound() {}.bind(null), /bound/],
          [Klass, /class/],
          [function* () {}, /generator/],
          ['text', /expected a function, got/],
        ];
        for (const [fn, why] of refused) expect(() => executor.submit(fn as () => void)).toThrow(why);
      });
    });

    describe('progress', () => {
      test('every value arrives in order, and before the result', async () => {
        for (const n of [1, 10, 3000]) {
          const task = executor.submit(jobs.count, n);
          const events = watch(task);
          task.addDoneCallback(() => events.push('done'));
          expect(await task).toBe(n);
          if (kind.everyReport === true) expect(events).toEqual([...Array(n).keys(), 'completed', 'done']);
          else expectNewest(events, n);
        }
      });

      test('also when the result is an object, or an error', async () => {
        const report = (n: number, task: { report(value: number): void }) => {
          for (let i = 0; i < n; i++) task.report(i);
          if (n === 7) throw new Error('seven');
          return { n };
        };
        const good = executor.submit(report, 5);
        const bad = executor.submit(report, 7);
        const [seenGood, seenBad] = [watch(good), watch(bad)];
        expect(await good).toEqual({ n: 5 });
        expect(await failure(bad)).toMatchObject({ message: 'seven' });
        expect(seenGood.at(-2)).toBe(4);
        expect(seenBad.at(-2)).toBe(6);
      });

      test('it arrives while the job runs', async () => {
        const task = executor.submit(jobs.wait);
        await running(task);
        expect(task.done()).toBe(false);
        task.cancel();
        await expect(task).rejects.toMatchObject({ name: 'CancelledError' });
      });

      test('jobs that run at the same time do not mix theirs', async () => {
        const tasks = Array.from({ length: workers + 2 }, (_, i) => executor.submit(jobs.countSlowly, i + 1, 1));
        const seen = tasks.map(watch);
        await Promise.all(tasks);
        expect(seen.map((events) => events.filter((event) => typeof event === 'number').at(-1))).toEqual(
          tasks.map((_, i) => i),
        );
      });

      test('a value that cannot be copied is refused where it is reported', async () => {
        const task = executor.submit(jobs.reportFunction);
        const events = watch(task);
        expect(await task).toMatch(/^DataCloneError: report\(progress\): [^]* could not be cloned/);
        expect(events[0]).toBe('refused');
      });
    });

    describe('cancellation', () => {
      test('a job that waits is removed, and never starts', async () => {
        const free = await occupy();
        const log: string[] = [];
        const waiting = executor.submit(jobs.wait);
        waiting.progress$.subscribe((value) => log.push(value));
        const after = executor.submit(jobs.add, 4, 5);
        expect(waiting.cancel('not needed')).toBe(true);
        await expect(waiting).rejects.toMatchObject({ name: 'CancelledError', message: 'not needed' });
        await free();
        expect(await after).toBe(9);
        expect(log).toEqual([]);
      });

      test('in the turn in which it was submitted too', async () => {
        const tasks = Array.from({ length: workers + 3 }, () => executor.submit(jobs.wait));
        for (const task of tasks) expect(task.cancel()).toBe(true);
        const outcomes = await Promise.allSettled(tasks);
        expect(outcomes.map(({ status }) => status)).toEqual(tasks.map(() => 'rejected'));
        expect(tasks.map((task) => task.cancelled())).toEqual(tasks.map(() => true));
      });

      test('a running one hears the message, and who asked, by its signal', async () => {
        const reason = await run(function* (main) {
          main.name = 'the boss';
          const task = executor.submit(jobs.reasonOf);
          yield* resultOf(running(task));
          task.cancel('enough');
          return yield* task;
        });
        expect(reason).toBe('CancelledError,enough,true,the boss');
        const silent = executor.submit(jobs.reasonOf);
        await running(silent);
        silent.cancel();
        expect(await silent).toMatch(/^CancelledError,,true,/);
      });

      test('one that stops ends cancelled, with the message', async () => {
        const task = executor.submit(jobs.wait);
        await running(task);
        expect(task.cancel('enough')).toBe(true);
        const error = await failure(task);
        expect(isCancelled(error)).toBe(true);
        expect(error.message).toBe('enough');
        expect(task.cancelled()).toBe(true);
      });

      test('it may clean up first, within the grace, and report', async () => {
        const patient = executor.with({ grace: patience });
        const task = patient.submit(jobs.cleanUp, 30);
        const events = watch(task);
        await running(task);
        task.cancel();
        await failure(task);
        expect(task.cancelled()).toBe(true);
        expect(events).toContain('clean');
      });

      test('work that is aborted with its signal counts as stopped', async () => {
        const task = executor.with({ grace: patience }).submit(jobs.abortedWork);
        await running(task);
        task.cancel('enough');
        expect(await failure(task)).toMatchObject({ name: 'CancelledError', message: 'enough' });
      });

      test('one that goes on to its value has refused', async () => {
        const task = executor.with({ grace: patience }).submit(jobs.reasonOf);
        await running(task);
        expect(task.cancel('please')).toBe(true);
        expect(await task).toContain('please');
        expect(task.cancelled()).toBe(false);
      });

      test('one that fails over it has failed', async () => {
        const task = executor.with({ grace: patience }).submit(jobs.failWhenAsked);
        await running(task);
        task.cancel();
        expect(await failure(task)).toMatchObject({ name: 'RangeError', message: 'could not clean up' });
        expect(task.cancelled()).toBe(false);
      });

      test('a finished one is not cancelled any more', async () => {
        const task = executor.submit(jobs.add, 1, 1);
        await task;
        expect(task.cancel()).toBe(false);
        expect(task.cancelled()).toBe(false);
        expect(task.result()).toBe(2);
      });

      test('asking twice changes nothing: the clean-up is not disturbed', async () => {
        const task = executor.with({ grace: patience }).submit(jobs.cleanUp, kind.everyReport === true ? 50 : 500);
        const events = watch(task);
        await running(task);
        task.cancel('once');
        await until(() => events.includes('cleaning'));
        expect(task.cancel('twice')).toBe(true);
        expect(await failure(task)).toMatchObject({ name: 'CancelledError', message: 'once' });
        expect(events.slice(-2)).toEqual(['clean', 'completed']);
      });

      test('a job that throws a cancellation of its own, unasked, ends cancelled', async () => {
        const task = executor.submit(jobs.cancelItself);
        expect(await failure(task)).toMatchObject({ name: 'CancelledError', message: 'by itself' });
      });

      test('a signal of the task that waits for it cancels it: withTimeout, waitFor', async () => {
        const seen: unknown[] = [];
        const limited = run(function* () {
          return yield* withTimeout(30, function* () {
            const task = executor.submit(jobs.wait);
            task.progress$.subscribe((value) => seen.push(value));
            return yield* task;
          });
        });
        await expect(limited).rejects.toBeInstanceOf(TimeoutError);
        const waited = run(() => waitFor(executor.submit(jobs.wait), 30));
        await expect(waited).rejects.toBeInstanceOf(TimeoutError);
        expect(await run(() => waitFor(executor.submit(jobs.add, 1, 2), patience))).toBe(3);
      });

      test('shield keeps a job from the cancellation of who waits for it', async () => {
        const task = executor.submit(jobs.hold, 40);
        await running(task);
        const outer = shield(task);
        outer.cancel();
        await expect(outer).rejects.toMatchObject({ name: 'CancelledError' });
        expect(await task).toBe('held');
      });

      if (kind.kills === true) {
        test('one that does not listen is killed after the grace', async () => {
          const task = executor.submit(jobs.hold, 60_000);
          await running(task);
          task.cancel('now');
          expect(await failure(task)).toMatchObject({ name: 'CancelledError', message: 'now' });
          expect(task.cancelled()).toBe(true);
        });

        test('one that never lets go is killed too; what waits runs then', async () => {
          const tasks = Array.from({ length: workers }, () => executor.submit(jobs.spinOn, 60_000));
          await Promise.all(tasks.map(running));
          const next = Array.from({ length: workers + 1 }, (_, i) => executor.submit(jobs.add, i, 1));
          for (const task of tasks) task.cancel();
          await Promise.allSettled(tasks);
          expect(tasks.every((task) => task.cancelled())).toBe(true);
          expect(await Promise.all(next)).toEqual(next.map((_, i) => i + 1));
        });

        test('one that takes longer to clean up than the grace is killed at it', async () => {
          const task = executor.submit(jobs.cleanUp, 60_000);
          const events = watch(task);
          await running(task);
          task.cancel();
          await failure(task);
          expect(task.cancelled()).toBe(true);
          expect(events).not.toContain('clean');
        });

        test('without a grace it is killed at once', async () => {
          const task = executor.with({ grace: 0 }).submit(jobs.hold, 60_000);
          await running(task);
          task.cancel();
          await failure(task);
          expect(task.cancelled()).toBe(true);
        });

        test('one that ends just when it is to be killed harms nobody', async () => {
          const short = executor.with({ grace: 10 });
          for (let i = 0; i < 12; i++) {
            const task = short.submit(jobs.hold, 9 + i / 3);
            await running(task);
            const next = Array.from({ length: workers * 2 }, (_, n) => executor.submit(jobs.add, n, 1));
            task.cancel();
            await task.catch(() => {});
            expect(await Promise.all(next)).toEqual(next.map((_, n) => n + 1));
          }
        });
      } else {
        test(`${kind.kills}: one that does not listen is given up after the grace, and the next one begins`, async () => {
          const task = executor.submit(jobs.hold, 300);
          await running(task);
          const next = executor.submit(jobs.add, 1, 2);
          task.cancel('now');
          expect(await failure(task)).toMatchObject({ name: 'CancelledError', message: 'now' });
          expect(await next).toBe(3);
        });
      }

      test('with an endless grace nothing is killed', async () => {
        for (const grace of [Infinity, 1e12]) {
          const task = executor.with({ grace }).submit(jobs.hold, 150);
          await running(task);
          task.cancel();
          expect(await task).toBe('held');
        }
      });

      if (kind.polls === true) {
        test('a function that never lets go hears of it when it looks at its signal', async () => {
          const task = executor.with({ grace: 5000 }).submit(jobs.pollOn);
          await running(task);
          task.cancel();
          expect(await task).toBe('heard');
        });
      }

      test('at each moment of its life a job can be cancelled; it ends, and the next one works', async () => {
        for (let delay = 0; delay <= 16; delay++) {
          const task = executor.submit(jobs.countSlowly, 4, 2);
          const bystander = executor.submit(jobs.echo, [delay]);
          if (delay > 0) await pause(delay - 1);
          task.cancel(`after ${delay}`);
          const outcome = await task.catch((error: unknown) => error);
          if (outcome !== 4) expect(outcome).toMatchObject({ name: 'CancelledError', message: `after ${delay}` });
          expect(await bystander).toEqual([delay]);
        }
      });
    });

    describe('recipes', () => {
      test('a coroutine, a generator function and an Observable run as what they are', async () => {
        expect(await executor.submit(jobs.cooperate, 1)).toBe('cooperated');
        expect(await executor.submit(jobs.generate, 1)).toBe('generated');
      });

      test('the values of an Observable are progress, the last one is the result', async () => {
        const task = executor.submit(jobs.numbers, 4);
        const events = watch(task);
        expect(await task).toBe(4);
        if (kind.everyReport === true) expect(events).toEqual([1, 2, 3, 4, 'completed']);
      });

      test('a coroutine that is cancelled cleans up, waiting', async () => {
        const task = executor.with({ grace: patience }).submit(jobs.cleanCoroutine);
        const events = watch(task);
        await running(task);
        task.cancel('enough');
        expect(await failure(task)).toMatchObject({ name: 'CancelledError', message: 'enough' });
        expect(events.slice(-2)).toEqual(['clean', 'completed']);
      });
    });

    describe('context', () => {
      const user = new ContextVar<string>('user');
      const silent = new ContextVar<() => void>('silent');
      const as = (who: string) => Context.current().with(user, who);

      test('context variables whose values can be copied are those of the submitting place', async () => {
        const context = as('ann').with(silent, () => {});
        expect(await context.run(() => executor.submit(jobs.whoseJob))).toBe('ann');
        expect(await executor.submit(jobs.whoseJob)).toBe('nobody');
      });

      test('after an await too, and jobs that run at the same time do not mix theirs', async () => {
        const names = Array.from({ length: workers * 2 }, (_, i) => `user ${i}`);
        const tasks = names.map((each) => as(each).run(() => executor.submit(jobs.whoseJobLater, 5)));
        expect(await Promise.all(tasks)).toEqual(names.map((each) => `${each}, ${each}`));
      });

      test('they hold in an Observable too', async () => {
        expect(await as('ann').run(() => executor.submit(jobs.numbersOfUser, 3))).toBe('ann 3');
      });

      test('a task that carries context is cancelled, refuses and reports as others', async () => {
        const task = as('ann').run(() => executor.with({ grace: patience }).submit(jobs.cleanUp, 5));
        const events = watch(task);
        await running(task);
        task.cancel('enough');
        expect(await failure(task)).toMatchObject({ name: 'CancelledError', message: 'enough' });
        expect(events).toContain('clean');
        const refusing = as('ann').run(() => executor.with({ grace: patience }).submit(jobs.reasonOf));
        await running(refusing);
        refusing.cancel('please');
        expect(await refusing).toContain('please');
      });

      test('the trace that OpenTelemetry has at hand travels', async () => {
        const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
        const key = Symbol.for('opentelemetry.js.api.1');
        const scope = globalThis as { [key]?: unknown };
        scope[key] = {
          context: { active: () => 'here', with: (_: unknown, fn: () => unknown) => fn() },
          propagation: {
            inject(
              context: unknown,
              carrier: object,
              setter: { set(carrier: object, key: string, value: string): void },
            ) {
              if (context !== 'here') return;
              setter.set(carrier, 'traceparent', traceparent);
              setter.set(carrier, 'baggage', 'left out');
            },
            extract: (context: unknown) => context,
          },
        };
        try {
          expect(await executor.submit(jobs.traceOf)).toBe(traceparent);
          expect(await as('ann').run(() => executor.submit(jobs.traceOf))).toBe(traceparent);
        } finally {
          delete scope[key];
        }
        expect(await executor.submit(jobs.traceOf)).toBeUndefined();
      });
    });

    describe('names', () => {
      test('a job is a task among all tasks, with the name of its function or its own', async () => {
        const plain = executor.submit(jobs.wait);
        const named = executor.with({ name: 'hash a.txt' }).submit(jobs.wait);
        expect([...allTasks()].map((task) => task.name)).toEqual(['wait', 'hash a.txt']);
        expect(String(named)).toContain("name='hash a.txt'");
        for (const task of [plain, named]) task.cancel();
        await Promise.allSettled([plain, named]);
        expect(await executor.with({ name: 'mine' }).submit(jobs.nameOf)).toBe('mine');
        const unnamed = executor.submit(() => {});
        expect(unnamed.name).toBe('anonymous');
        await unnamed;
      });
    });

    describe('map', () => {
      test('the results come in the order of the items', async () => {
        const results: string[] = [];
        const slowFirst = (n: number) =>
          new Promise<string>((resolve) => setTimeout(resolve, n === 0 ? 20 : 0, `item ${n}`));
        for await (const result of executor.map(slowFirst, [0, 1, 2, 3])) results.push(result);
        expect(results).toEqual(['item 0', 'item 1', 'item 2', 'item 3']);
      });

      test('of items without end only as many are taken as may be ahead; leaving closes them', async () => {
        let taken = 0;
        let closed = false;
        function* naturals() {
          try {
            for (;;) yield taken++;
          } finally {
            closed = true;
          }
        }
        const results: number[] = [];
        const double = (n: number) => n * 2;
        const mapping = executor.map(double, naturals(), { concurrency: 3 });
        expect(taken).toBe(0);
        for await (const result of mapping) {
          results.push(result);
          expect(taken).toBeLessThanOrEqual(results.length + 2);
          if (results.length === 8) break;
        }
        expect(results).toEqual([0, 2, 4, 6, 8, 10, 12, 14]);
        expect(closed).toBe(true);
      });

      test('items may come over time', async () => {
        async function* slowly() {
          for (let i = 0; i < 5; i++) {
            await pause(1);
            yield i;
          }
        }
        const results: number[] = [];
        for await (const result of executor.map((n: number) => n + 1, slowly())) results.push(result);
        expect(results).toEqual([1, 2, 3, 4, 5]);
      });

      test('leaving the loop cancels what runs, and waits for its clean-up', async () => {
        const patient = executor.with({ grace: patience });
        for await (const result of patient.map(jobs.cleanOrEcho, [1, -1, -1, -1], { concurrency: 3 })) {
          expect(result).toBe(1);
          break;
        }
        expect([...allTasks()]).toEqual([]);
      });

      test('a failure cancels the others, waits for them, and is thrown in its place', async () => {
        const results: unknown[] = [];
        const patient = executor.with({ grace: patience });
        const error = await failure(
          (async () => {
            const mapping = patient.map(jobs.cleanOrEcho, [5, 0, -1, -1, 6], { concurrency: 3 });
            for await (const result of mapping) results.push(result);
          })(),
        );
        expect(error).toMatchObject({ name: 'RangeError', message: 'zero' });
        expect(results).toEqual([5]);
        expect([...allTasks()]).toEqual([]);
      });

      test('an error of the items is thrown; what runs is cancelled', async () => {
        function* items() {
          yield 1;
          yield -1;
          throw new Error('no more items');
        }
        const results: unknown[] = [];
        const error = await failure(
          (async () => {
            const mapping = executor.with({ grace: patience }).map(jobs.cleanOrEcho, items(), { concurrency: 2 });
            for await (const result of mapping) results.push(result);
          })(),
        );
        expect(error.message).toBe('no more items');
        expect([...allTasks()]).toEqual([]);
      });

      test('after its end nothing more comes of it', async () => {
        const mapping = executor.map((n: number) => n, [1]);
        expect(await mapping.next()).toEqual({ done: false, value: 1 });
        expect(await mapping.next()).toEqual({ done: true, value: undefined });
        expect(await mapping.return!()).toEqual({ done: true, value: undefined });
        expect(await mapping.next()).toEqual({ done: true, value: undefined });
      });

      test('calls of next() that overlap each get the next result', async () => {
        const mapping = executor.map((n: number) => n, [1, 2, 3]);
        const steps = await Promise.all([mapping.next(), mapping.next(), mapping.next(), mapping.next()]);
        expect(steps.map(({ done, value }) => (done ? 'end' : value))).toEqual([1, 2, 3, 'end']);
      });

      test('items and concurrency are checked at the call', async () => {
        const map = (items: unknown, concurrency?: unknown) =>
          executor.map((n: number) => n, items as number[], { concurrency: concurrency as number });
        expect(() => map(5)).toThrow(TypeError);
        expect(() => map(null)).toThrow('expected items to be iterable');
        for (const bad of [0, -1, 1.5, Number.NaN, '2', Infinity]) {
          expect(() => map([], bad)).toThrow('expected concurrency to be a whole number from 1');
        }
      });
    });

    describe('many', () => {
      test(`${many} jobs each give their own result`, async () => {
        const tasks = Array.from({ length: many }, (_, i) => executor.submit(jobs.add, i, 1));
        const results = await Promise.all(tasks);
        expect(results.every((result, i) => result === i + 1)).toBe(true);
      });

      test('of a thousand jobs every third is cancelled, and the others are not disturbed', async () => {
        const tasks = Array.from({ length: 1000 }, (_, i) => executor.submit(jobs.add, i, 1));
        tasks.forEach((task, i) => i % 3 === 0 && task.cancel());
        const outcomes = await Promise.allSettled(tasks);
        outcomes.forEach((outcome, i) => {
          if (outcome.status === 'fulfilled') expect(outcome.value).toBe(i + 1);
          else expect([i % 3, isCancelled(outcome.reason)]).toEqual([0, true]);
        });
        expect(outcomes.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(300);
      });
    });
  });

  describe(`The end of executors: ${name}`, () => {
    /** A case with an executor of its own. */
    const test = (title: string, fn: (executor: JobExecutor) => Promise<void>) =>
      it(title, async () => fn(await make({ grace: 100 })), patience);

    test('shutdown waits for what runs and what waits; nothing new is taken', async (executor) => {
      const tasks = Array.from({ length: workers + 2 }, (_, i) => executor.submit(jobs.echo, { i }));
      const down = executor.shutdown();
      expect(() => executor.submit(jobs.add, 1, 2)).toThrow('the executor has been shut down');
      await down;
      expect(tasks.map((task) => task.done() && task.result())).toEqual(tasks.map((_, i) => ({ i })));
      expect(() => executor.submit(jobs.add, 1, 2)).toThrow(expect.objectContaining({ name: 'RuntimeError' }));
      expect(() => executor.with({}).submit(jobs.add, 1, 2)).toThrow('shut down');
      await executor.shutdown(); // again
    });

    test('without waiting it comes back at once; the jobs run on', async (executor) => {
      const task = executor.submit(jobs.echo, [1]);
      await executor.shutdown({ wait: false });
      expect(() => executor.submit(jobs.nothing)).toThrow('shut down');
      expect(await task).toEqual([1]);
      await executor.shutdown();
    });

    test('cancelPending cancels what has not been started, and nothing else', async (executor) => {
      const holding = Array.from({ length: workers }, () => executor.with({ grace: patience }).submit(jobs.reasonOf));
      await Promise.all(holding.map(running));
      const waiting = Array.from({ length: 3 }, (_, i) => executor.submit(jobs.add, i, 1));
      const down = executor.shutdown({ cancelPending: true });
      await Promise.allSettled(waiting);
      expect(waiting.map((task) => task.cancelled())).toEqual([true, true, true]);
      expect(holding.map((task) => task.done())).toEqual(holding.map(() => false));
      for (const task of holding) task.cancel(); // which they refuse
      await down;
      expect(holding.map((task) => task.cancelled())).toEqual(holding.map(() => false));
    });

    test('a second shutdown may cancel what the first one waits for', async (executor) => {
      const tasks = Array.from({ length: workers }, () => executor.submit(jobs.wait));
      await Promise.all(tasks.map(running));
      const waiting = executor.submit(jobs.add, 1, 2);
      const first = executor.shutdown();
      const second = executor.shutdown({ cancelPending: true });
      for (const task of tasks) task.cancel();
      await Promise.all([first, second, Promise.allSettled(tasks)]);
      expect(waiting.cancelled()).toBe(true);
    });

    test('an executor that was never used ends too', async (executor) => {
      await executor.shutdown();
    });

    test('the end of its scope waits for all jobs', async (executor) => {
      let task: Task<string, string>;
      {
        await using scoped = executor;
        task = scoped.submit(jobs.hold, 20);
      }
      expect(task.result()).toBe('held');
      expect(() => executor.submit(jobs.nothing)).toThrow('shut down');
    });

    if (kind.kills === true) {
      test('a job that is being killed does not keep it from its end', async (executor) => {
        const task = executor.submit(jobs.spinOn, 60_000);
        await running(task);
        task.cancel();
        await executor.shutdown();
        expect(task.cancelled()).toBe(true);
      });

      test('nor does what a job left behind', async (executor) => {
        expect(await executor.submit(jobs.leaveSpinning, 60_000)).toBe('returned');
        await executor.shutdown();
      });

      test('a lost worker is an error of its job alone; those that wait run', async (executor) => {
        const lost = Array.from({ length: workers }, () => executor.submit(jobs.exit, 3));
        const others = Array.from({ length: workers * 2 }, (_, i) => executor.submit(jobs.add, i, 1));
        for (const task of lost) {
          const error = (await failure(task)) as BrokenExecutorError;
          expect(error).toBeInstanceOf(BrokenExecutorError);
          expect(error).toMatchObject({ name: 'BrokenExecutorError', kind: 'exit', exitCode: 3 });
        }
        expect(await Promise.all(others)).toEqual(others.map((_, i) => i + 1));
        await executor.shutdown();
      });
    }
  });
}

/** A task, whatever its types. */
interface Reporting {
  readonly progress$: Observable<unknown>;
}

/** All that `progress$` gives, and its end. */
function watch(task: Reporting): unknown[] {
  const events: unknown[] = [];
  task.progress$.subscribe({ next: (value) => events.push(value), complete: () => events.push('completed') });
  return events;
}

/** Fulfils when the job has reported something: it runs. */
function running(task: Reporting): Promise<void> {
  return new Promise((resolve, reject) => {
    task.progress$.subscribe({ next: () => resolve(), complete: () => reject(new Error(`${task} ended too early`)) });
  });
}

/** What it fails with. */
async function failure(work: PromiseLike<unknown>): Promise<Error> {
  const outcome = await Promise.resolve(work).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('value' in outcome) throw new Error(`expected a failure, got the value ${String(outcome.value)}`);
  return outcome.error as Error;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Looks again and again. */
async function until(condition: () => boolean): Promise<void> {
  do await pause(1);
  while (!condition());
}

/** Values may be left out, but not be out of order, and the last one is never left out. */
function expectNewest(events: unknown[], n: number): void {
  const values = events.filter((event) => typeof event === 'number');
  expect(values).toEqual([...values].sort((a, b) => a - b));
  expect(values.at(-1)).toBe(n - 1);
  expect(events.slice(-2)).toEqual(['completed', 'done']);
}
