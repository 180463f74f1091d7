import { of } from 'rxjs';
import {
  Backoff,
  Barrier,
  BoundedSemaphore,
  Condition,
  Context,
  ContextVar,
  EventLoop,
  LifoQueue,
  Lock,
  PriorityQueue,
  Queue,
  Runner,
  Semaphore,
  TaskGroup,
  Timeout,
  allTasks,
  asCompleted,
  asCompletedAll,
  cancelOn,
  coroutine,
  createTask,
  currentTask,
  delayStart,
  dropTask,
  dropping,
  eagerTaskFactory,
  enqueueTask,
  enqueued,
  ensureFuture,
  gather,
  gatherAll,
  getRunningLoop,
  keepLatestTask,
  keepingLatest,
  mapTask,
  restartTask,
  restartable,
  resultOf,
  run,
  shield,
  sleep,
  toTask,
  wait,
  waitAll,
  waitFor,
  withRetry,
  withTaskGroup,
  withTimeout,
  withTimeoutAt,
} from 'rxtasks';
import { InlineExecutor, ProcessPoolExecutor, ThreadPoolExecutor, remote, toThread, transfer } from 'rxtasks/executors';
import { QueueExecutor, QueueWorker } from 'rxtasks/queue';
import { TaskTestScheduler, VirtualEventLoop, explore, realTime, runVirtual } from 'rxtasks/testing';
import { checkLeaks, extendExpect } from 'rxtasks/testing/jest';

/** What a public name refuses: `call` runs inside of a task, and throws `message` or gives a promise that is rejected so. */
export type BadInput = readonly [of: string, what: string, call: () => unknown, message: string];

const untyped = (x: unknown) => x as never;
const inline = new InlineExecutor();

/** Each message names the call, what was expected, what came, and what to do. */
export const badInput: readonly BadInput[] = [
  [
    'createTask',
    'what is no source',
    () => createTask(untyped(5)),
    'TypeError: createTask(source): expected a coroutine, an Observable, a promise, an async iterable or a function that ' +
      'gives one of these, got 5 (number)',
  ],
  [
    'createTask',
    'a list where one source belongs',
    () => createTask(untyped([sleep(1)])),
    'TypeError: createTask(source): expected a coroutine, an Observable, a promise, an async iterable or a function that ' +
      'gives one of these, got [sleep()]; for its items use from(items), for a list of sources gather(items)',
  ],
  ['sleep', 'a time that is NaN', () => sleep(NaN), 'RangeError: sleep(ms): expected ms in milliseconds, got NaN'],
  [
    'sleep',
    'a time that is no number',
    () => sleep(untyped('1s')),
    'TypeError: sleep(ms): expected ms in milliseconds, a number, got "1s" (string)',
  ],
  [
    'withTimeout',
    'a limit that is no number',
    () => withTimeout(untyped('1s'), () => of(1)),
    'TypeError: withTimeout(ms, body): expected ms in milliseconds, a number, got "1s" (string)',
  ],
  [
    'withTimeout',
    'a body that is none',
    () => withTimeout(1, untyped(sleep(1))),
    'TypeError: withTimeout(ms, body): expected body to be a generator function, an async function or a function that ' +
      'returns an Observable, got sleep()',
  ],
  [
    'waitFor',
    'a time-out that is NaN',
    () => waitFor(sleep(1), NaN),
    'RangeError: waitFor(source, timeout): expected timeout in milliseconds, got NaN',
  ],
  [
    'delayStart',
    'a delay that is no number',
    () => delayStart(untyped(null), sleep(1)),
    'TypeError: delayStart(ms, source): expected ms in milliseconds, a number, got null',
  ],
  [
    'wait',
    'an empty wait',
    () => wait([]),
    'RangeError: wait(sources): expected at least one source, got an empty list',
  ],
  [
    'wait',
    'a single source where a list belongs',
    () => wait(untyped(sleep(1))),
    'TypeError: wait(sources): expected a list of sources, [a, b], got sleep()',
  ],
  [
    'wait',
    'an unknown returnWhen',
    () => wait([sleep(1)], { returnWhen: untyped('SOMETIMES') }),
    'RangeError: wait(sources): expected returnWhen to be ALL_COMPLETED, FIRST_COMPLETED or FIRST_EXCEPTION, got ' +
      '"SOMETIMES" (string)',
  ],
  [
    'gather',
    'sources side by side',
    () => (gather as (...args: unknown[]) => unknown)(sleep(1), sleep(2)),
    'TypeError: gather(sources, options): gather takes a list, gather([a, b]), not gather(a, b)',
  ],
  [
    'asCompleted',
    'a string where a list belongs',
    () => asCompleted(untyped('ab')),
    'TypeError: asCompleted(sources): expected a list of sources, [a, b], got "ab" (string)',
  ],
  [
    'ensureFuture',
    'a future of another loop, to be ensured',
    () => ensureFuture(new EventLoop().createFuture(), { loop: getRunningLoop() }),
    'RangeError: ensureFuture(source): <Future pending> belongs to another loop than the one given',
  ],
  [
    'gather',
    'futures of two loops',
    () => gather([getRunningLoop().createFuture(), new EventLoop().createFuture()]),
    'RangeError: gather(sources): <Future pending> belongs to another loop than the first future given',
  ],
  [
    'Future',
    'a future of another loop, to be awaited',
    () => new EventLoop().createFuture(),
    'RuntimeError: <Future pending> belongs to another loop and cannot be awaited in this one',
  ],
  [
    'Future',
    'setting a finished future',
    () => {
      const future = getRunningLoop().createFuture();
      future.setResult(1);
      future.setResult(2);
    },
    'InvalidStateError: setResult(): <Future finished result=1> is done already; a future is completed once',
  ],
  [
    'Future',
    'the result of a pending future',
    () => getRunningLoop().createFuture().result(),
    'InvalidStateError: result(): <Future pending> is not done; wait for it first (yield* or await)',
  ],
  [
    'Task',
    'setting the result of a task',
    () => createTask(sleep(1), { name: 'nap' }).setResult(undefined),
    "RuntimeError: setResult(): the task 'nap' gets its result from what it runs",
  ],
  [
    'TaskGroup',
    'a group that has not been entered',
    () => new TaskGroup().createTask(sleep(1)),
    'RuntimeError: TaskGroup.createTask(source): the group has not been entered; call it inside of the body of run()',
  ],
  [
    'Timeout',
    'a time-out that is not active',
    () => new Timeout(1).reschedule(2),
    'RuntimeError: reschedule(when): the time-out has not been entered; call it while its body runs',
  ],
  [
    'EventLoop',
    'a run inside of a loop',
    () => getRunningLoop().runForever(),
    'RuntimeError: runForever(): a loop is running this very code; use createTask(source) and wait for the task instead',
  ],
  [
    'mapTask',
    'mapping by what is no function',
    () => mapTask(untyped(5)),
    'TypeError: mapTask(project): expected a function that gives a source, got 5 (number)',
  ],
  [
    'mapTask',
    'a concurrency of zero',
    () => mapTask(() => sleep(1), { concurrency: 0 }),
    'RangeError: mapTask(project, { concurrency }): expected a number of 1 or more, got 0 (number)',
  ],
  [
    'EventLoop',
    'a callback that is a generator function',
    () => getRunningLoop().callSoon(function* later() {}),
    'TypeError: callSoon(callback): expected a plain function, got the generator function later, which nobody would run; ' +
      'start it as a task: () => createTask(body)',
  ],
  [
    'shield',
    'a shielded number',
    () => shield(untyped(1)),
    'TypeError: shield(source): expected a coroutine, an Observable, a promise, an async iterable or a function that ' +
      'gives one of these, got 1 (number)',
  ],

  [
    'Barrier',
    'a meeting of nobody',
    () => new Barrier(0),
    'RangeError: new Barrier(parties): expected a whole number, at least 1, got 0 (number); pass the number of tasks that shall meet',
  ],
  [
    'Lock',
    'a release too many',
    () => new Lock().release(),
    'RuntimeError: Lock.release(): expected a locked lock, and this one is unlocked; release once per ' +
      'acquire(), or leave it to `using held = yield* lock.acquire()` or lock.runExclusive(body)',
  ],
  [
    'Semaphore',
    'a negative number of permits',
    () => new Semaphore(-1),
    'RangeError: new Semaphore(value): expected a whole number, at least 0, got -1 (number); pass the number ' +
      'of tasks that may hold it at once',
  ],
  [
    'BoundedSemaphore',
    'a permit too many',
    () => new BoundedSemaphore(1).release(),
    'RangeError: BoundedSemaphore.release(): expected that a permit is out, and all 1 are back; release once ' +
      'per acquire(), or leave it to `using permit = yield* semaphore.acquire()` or ' +
      'semaphore.runExclusive(body)',
  ],
  [
    'Condition',
    'a lock that is none',
    () => new Condition(untyped(5)),
    'TypeError: new Condition(lock): expected a Lock, got 5 (number); leave it out to get a lock of its own',
  ],
  [
    'Condition',
    'a notification without the lock',
    () => new Condition().notify(),
    'RuntimeError: Condition.notify(): expected that the caller holds the lock, and nobody does; call it ' +
      'inside condition.runExclusive(body), or after `using held = yield* condition.acquire()`',
  ],
  [
    'Queue',
    'a size that is no number',
    () => new Queue(untyped('x')),
    'TypeError: new Queue(maxsize): expected a number, got "x" (string); pass the number of items it may ' +
      'hold, 0 for any number',
  ],
  [
    'Queue',
    'an item that is done twice',
    () => new Queue().taskDone(),
    'RangeError: Queue.taskDone(): expected an unfinished item, and every item that was put is done; call it ' +
      'once for each item got',
  ],
  [
    'LifoQueue',
    'a size that is NaN',
    () => new LifoQueue(NaN),
    'RangeError: new Queue(maxsize): expected a number, got NaN (number); pass the number of items it may ' +
      'hold, 0 for any number',
  ],
  [
    'PriorityQueue',
    'a comparison that is no function',
    () => new PriorityQueue(0, untyped(5)),
    'TypeError: new PriorityQueue(maxsize, compare): expected a function, got 5 (number); pass one, as in ' +
      '(a, b) => a.priority - b.priority',
  ],
  [
    'coroutine',
    'a coroutine of what is no function',
    () => coroutine(untyped(5)),
    'TypeError: coroutine(fn): expected a generator function (function*), got 5 (number)',
  ],
  [
    'resultOf',
    'the result of a value',
    () => resultOf(untyped(5)),
    'TypeError: resultOf(source): expected a coroutine, an Observable, a promise, an async iterable or a ' +
      'function that gives one of these, got 5 (number)',
  ],
  [
    'withTimeoutAt',
    'a deadline that is no number',
    () => withTimeoutAt(untyped('noon'), () => of(1)),
    'TypeError: withTimeoutAt(when, body): expected when in milliseconds, a number, got "noon" (string)',
  ],
  [
    'withTaskGroup',
    'a group without a body',
    () => withTaskGroup(untyped(sleep(1))),
    'TypeError: withTaskGroup(body): expected body to be a generator function, an async function or a ' +
      'function that returns an Observable, got sleep()',
  ],
  [
    'AsCompleted',
    'a limit for all that is no number',
    () => asCompleted([sleep(1)], { timeout: untyped('1s') }),
    'TypeError: asCompleted(sources): expected timeout in milliseconds, a number, got "1s" (string)',
  ],
  [
    'ContextVar',
    'a variable without a name',
    () => new ContextVar(untyped(5)),
    'TypeError: new ContextVar(name): expected a string as name, got 5 (number)',
  ],
  [
    'ContextVar',
    'the value of a variable that has none',
    () => new ContextVar('user').get(),
    "RuntimeError: ContextVar 'user' has no value here: set() it before, or give new ContextVar(name, { " +
      'defaultValue })',
  ],
  [
    'Token',
    'a token of another variable',
    () => new ContextVar('a').reset(untyped(new ContextVar('b').set(1))),
    "RuntimeError: ContextVar 'a'.reset(token): expected the token of a set() of this variable",
  ],
  [
    'Context',
    'a context that runs what is no function',
    () => Context.current().run(untyped(5)),
    'TypeError: Context.run(fn): expected a function, got 5 (number)',
  ],
  [
    'Context',
    'a context with a value of no variable',
    () => Context.current().with(untyped('user'), 'ann'),
    'TypeError: Context.with(variable, value): expected a ContextVar, got "user" (string)',
  ],
  [
    'currentTask',
    'the task of what is no loop',
    () => currentTask(untyped(5)),
    'TypeError: currentTask(loop): expected an EventLoop, got 5 (number)',
  ],
  [
    'allTasks',
    'the tasks of what is no loop',
    () => allTasks(untyped(5)),
    'TypeError: allTasks(loop): expected an EventLoop, got 5 (number)',
  ],
  [
    'eagerTaskFactory',
    'an eager task of a value',
    () => {
      const loop = new EventLoop();
      loop.setTaskFactory(eagerTaskFactory);
      loop.createTask(untyped(5));
    },
    'TypeError: createTask(source): expected a coroutine, an Observable, a promise, an async iterable or a ' +
      'function that gives one of these, got 5 (number)',
  ],
  [
    'EventLoop',
    'a factory that is no function',
    () => getRunningLoop().setTaskFactory(untyped(5)),
    'TypeError: setTaskFactory(factory): expected a function or null, got 5 (number)',
  ],
  [
    'restartable',
    'a modified value',
    () => restartable(untyped(sleep(1))),
    'TypeError: restartable(make): expected a function that gives a source, got sleep()',
  ],
  [
    'dropping',
    'a key that is no function',
    () => dropping(() => sleep(1), { key: untyped('id') }),
    'TypeError: dropping(make, { key }): expected a function, got "id" (string)',
  ],
  [
    'enqueued',
    'a negative number of those who wait',
    () => enqueued(() => sleep(1), { maxQueue: -1 }),
    'RangeError: enqueued(make, { maxQueue }): expected a number of 0 or more, got -1 (number)',
  ],
  [
    'keepingLatest',
    'a latest call that may not wait',
    () => keepingLatest(() => sleep(1), { maxQueue: 0 }),
    'RangeError: keepingLatest(make, { maxQueue }): expected a number of 1 or more, got 0 (number)',
  ],
  [
    'withRetry',
    'a number where a backoff belongs',
    () => withRetry(sleep(1), untyped(5)),
    'TypeError: withRetry(source, backoff): expected a Backoff, as Backoff.exponential(100), got 5 (number)',
  ],
  [
    'withRetry',
    'a task, which runs once',
    () => withRetry(createTask(sleep(1), { name: 'nap' }), Backoff.constant(1)),
    "TypeError: withRetry(source, backoff): <Task pending name='nap' running sleep()> runs once, and what " +
      'has failed stays failed; give a function: withRetry(() => work(), backoff)',
  ],
  [
    'Backoff',
    'a delay that is no number',
    () => Backoff.constant(untyped('1s')),
    'TypeError: Backoff.constant(ms): expected ms in milliseconds, a number, got "1s" (string)',
  ],
  [
    'Backoff',
    'no attempt at all',
    () => Backoff.constant(1).maxAttempts(0),
    'RangeError: Backoff.maxAttempts(count): expected a number of 1 or more, got 0 (number)',
  ],
  [
    'restartTask',
    'restarting by what is no function',
    () => restartTask(untyped(5)),
    'TypeError: restartTask(project): expected a function that gives a source, got 5 (number)',
  ],
  [
    'dropTask',
    'dropping by what is no function',
    () => dropTask(untyped(5)),
    'TypeError: dropTask(project): expected a function that gives a source, got 5 (number)',
  ],
  [
    'enqueueTask',
    'a line of no places',
    () => enqueueTask(() => sleep(1), { concurrency: 0 }),
    'RangeError: enqueueTask(project, { concurrency }): expected a number of 1 or more, got 0 (number)',
  ],
  [
    'keepLatestTask',
    'a latest value that may not wait',
    () => keepLatestTask(() => sleep(1), { maxQueue: 0 }),
    'RangeError: keepLatestTask(project, { maxQueue }): expected a number of 1 or more, got 0 (number)',
  ],
  [
    'mapTask',
    'mapping an Observable as if it were a list',
    () => mapTask(untyped(of(1)), () => sleep(1)),
    'TypeError: mapTask(source, project): expected a list, an async iterable or a ReadableStream, got ' +
      '<Observable>; over an Observable it is an operator: source.pipe(mapTask(project))',
  ],
  [
    'gatherAll',
    'gathering values',
    () => resultOf(of(untyped(5)).pipe(gatherAll())),
    'TypeError: gatherAll(): expected a coroutine, an Observable, a promise, an async iterable or a function ' +
      'that gives one of these, got 5 (number)',
  ],
  [
    'asCompletedAll',
    'at most none at a time',
    () => asCompletedAll(0),
    'RangeError: asCompletedAll(concurrency): expected a number of 1 or more, got 0 (number)',
  ],
  [
    'waitAll',
    'waiting for values',
    () => resultOf(of(untyped(5)).pipe(waitAll())),
    'TypeError: waitAll(): expected a coroutine, an Observable, a promise, an async iterable or a function ' +
      'that gives one of these, got 5 (number)',
  ],
  [
    'cancelOn',
    'cancelling on a value',
    () => cancelOn(untyped(5)),
    'TypeError: cancelOn(trigger): expected an AbortSignal or an Observable, got 5 (number)',
  ],
  [
    'toTask',
    'a task of a value',
    () => toTask()(untyped(5)),
    'TypeError: toTask(): expected a coroutine, an Observable, a promise, an async iterable or a function ' +
      'that gives one of these, got 5 (number)',
  ],
  [
    'run',
    'running a value',
    () => run(untyped(5)),
    'TypeError: run(main): expected a coroutine, an Observable, a promise, an async iterable or a function ' +
      'that gives one of these, got 5 (number)',
  ],
  [
    'Runner',
    'a grace that is no number',
    () => new Runner({ grace: untyped('1s') }),
    'TypeError: new Runner({ grace }): expected grace in milliseconds, a number, got "1s" (string)',
  ],
  [
    'JobExecutor',
    'options that are none',
    () => inline.with(untyped(5)),
    'TypeError: with(options): expected an object of options, got 5 (number)',
  ],
  [
    'JobExecutor',
    'a job that is no function',
    () => inline.submit(untyped(5)),
    'TypeError: submit(fn, ...args): expected a function, got 5 (number)',
  ],
  [
    'JobExecutor',
    'items that are none',
    () => inline.map((n: number) => n, untyped(5)),
    'TypeError: map(fn, items): expected items to be iterable, got 5 (number)',
  ],
  [
    'InlineExecutor',
    'a name that is no string',
    () => new InlineExecutor({ name: untyped(5) }),
    'TypeError: new InlineExecutor(options): expected name to be a string, got 5 (number)',
  ],
  [
    'ThreadPoolExecutor',
    'a pool without threads',
    () => new ThreadPoolExecutor({ maxWorkers: 0 }),
    'RangeError: new ThreadPoolExecutor(options): expected maxWorkers to be a whole number from 1, got 0',
  ],
  [
    'ProcessPoolExecutor',
    'a number of processes that is none',
    () => new ProcessPoolExecutor({ maxWorkers: untyped('two') }),
    'TypeError: new ProcessPoolExecutor(options): expected maxWorkers to be a number, got "two" (string)',
  ],
  [
    'toThread',
    'a thread for a value',
    () => toThread(untyped(5)),
    'TypeError: toThread(fn, ...args): expected a function, got 5 (number)',
  ],
  [
    'remote',
    'a module by a number',
    () => remote(untyped(5)),
    'TypeError: remote(url): expected the URL of a module, got 5 (number); write remote<typeof ' +
      "import('./work.js')>(new URL('./work.js', import.meta.url))",
  ],
  [
    'transfer',
    'handing over a value',
    () => transfer(untyped(5), []),
    'TypeError: transfer(value, list): expected an object and the list of what is handed over of it',
  ],
  [
    'QueueExecutor',
    'a queue without a name',
    () => new QueueExecutor(untyped({ redis: 'redis://nowhere' })),
    'TypeError: new QueueExecutor(options): expected queue to be the name of a queue, without colons, got ' +
      'undefined',
  ],
  [
    'QueueWorker',
    'a worker without a queue',
    () => new QueueWorker(untyped({ redis: 'redis://nowhere' })),
    'TypeError: new QueueWorker(options): expected queue to be the name of a queue, without colons, got ' + 'undefined',
  ],
  [
    'runVirtual',
    'running a value in virtual time',
    () => runVirtual(untyped(5)),
    'TypeError: runVirtual(main): expected a coroutine, an Observable, a promise, an async iterable or a ' +
      'function that gives one of these, got 5 (number)',
  ],
  [
    'realTime',
    'real time for a value',
    () => realTime(untyped(5)),
    'TypeError: realTime(promise): expected a promise, got 5 (number)',
  ],
  [
    'VirtualEventLoop',
    'a loop that may not turn',
    () => new VirtualEventLoop({ maxTurns: 0 }),
    'RangeError: new VirtualEventLoop({ maxTurns }): expected a whole number, at least 1, or Infinity, got 0 ' +
      '(number)',
  ],
  [
    'VirtualEventLoop',
    'a clock that is moved without end',
    () => new VirtualEventLoop().advanceBy(Infinity),
    'RangeError: advanceBy(ms): expected a time that ends, got Infinity; runUntilIdle() runs to the end',
  ],
  [
    'TaskTestScheduler',
    'marbles inside of a loop',
    () => new TaskTestScheduler(() => {}).run(() => {}),
    'RuntimeError: run(callback): a loop is running this very code, and virtual time cannot pass inside of it',
  ],
  [
    'explore',
    'exploring a coroutine, which is made already',
    () => explore(untyped(sleep(1))),
    'TypeError: explore(main): expected a function that makes the scenario afresh for each run, such as ' +
      'function* () { … } or () => scenario(), got sleep()',
  ],
  [
    'checkLeaks',
    'hooks that are none',
    () => checkLeaks(untyped({})),
    'TypeError: checkLeaks(hooks): expected { beforeEach, afterEach } of @jest/globals, got {}',
  ],
  [
    'extendExpect',
    'an expect that is none',
    () => extendExpect(untyped({})),
    'TypeError: extendExpect(expect): expected the expect of Jest, got {}',
  ],
];
