import { VirtualTimeScheduler } from 'rxjs';
import {
  type Body,
  Context,
  ContextVar,
  type Coroutine,
  type CreateTaskOptions,
  EventLoop,
  type EventLoopOptions,
  type ExceptionContext,
  type ExceptionHandler,
  type Future,
  type FutureState,
  type Handle,
  type ResultOf,
  type RunOptions,
  Runner,
  type RunnerOptions,
  type Task,
  type TaskFactory,
  type TaskFunction,
  type TaskOptions,
  type TaskSource,
  type TimerHandle,
  type Timeout,
  type Token,
  allTasks,
  createTask,
  currentTask,
  eagerTaskFactory,
  getEventLoop,
  getRunningLoop,
  run,
  sleep,
  withTimeout,
} from 'rxtasks';
import { expectTypeOf } from './expect-type.js';

declare const task: Task<string, boolean>;

// loops ----------------------------------------------------------------------------------------------

const loopOptions: EventLoopOptions = { scheduler: new VirtualTimeScheduler(), debug: true, asyncContext: false };
const loop = new EventLoop(loopOptions);
expectTypeOf(getRunningLoop()).is<EventLoop>();
expectTypeOf(getEventLoop()).is<EventLoop>();
expectTypeOf(loop.callSoon((n: number) => n, 5)).is<Handle>();
expectTypeOf(loop.callLater(5, () => {})).is<TimerHandle>();
expectTypeOf(loop.callAt(5, () => {}).when()).is<number>();
const handle: Handle = loop.callAt(5, () => {});
expectTypeOf(handle.cancelled()).is<boolean>();
expectTypeOf(loop.createFuture<string>()).is<Future<string>>();
expectTypeOf(loop.runUntilComplete(sleep(1, 'x'))).is<Promise<string>>();
// @ts-expect-error another argument
loop.callSoon((n: number) => n, 'x');
// @ts-expect-error no such option
new EventLoop({ clock: 5 });

const factory: TaskFactory = (own, source, options) => {
  expectTypeOf(options).is<TaskOptions>();
  return eagerTaskFactory(own, source, options);
};
loop.setTaskFactory(factory);
loop.setTaskFactory(eagerTaskFactory);
// @ts-expect-error it makes no task
loop.setTaskFactory(() => 5);

const handler: ExceptionHandler = (own, { kind, message, exception }) => {
  expectTypeOf(own).is<EventLoop>();
  expectTypeOf([kind, message]).is<string[]>();
  expectTypeOf(exception).is<unknown>();
};
loop.setExceptionHandler(handler);
loop.callExceptionHandler({ kind: 'callback', message: 'no' } satisfies ExceptionContext);
// @ts-expect-error a report has a kind
loop.callExceptionHandler({ message: 'no' });

// tasks ----------------------------------------------------------------------------------------------

expectTypeOf(currentTask()).is<Task<unknown> | null>();
expectTypeOf(currentTask(loop)).is<Task<unknown> | null>();
expectTypeOf(allTasks()).is<Set<Task<unknown>>>();
// @ts-expect-error a loop
allTasks(5);
expectTypeOf(task.toJSON()).is<{ name: string; state: FutureState }>();
const options: CreateTaskOptions = { name: 'a', eager: true, context: Context.current(), loop };
const { loop: _, ...ofTask } = options;
const taskOptions: TaskOptions = ofTask;
createTask(sleep(1), taskOptions);
// @ts-expect-error the options of a task say no loop
loop.createTask(sleep(1), { loop } satisfies TaskOptions);

declare const source: TaskSource<Date>;
declare const body: TaskFunction<Date>;
expectTypeOf(createTask(source)).is<Task<Date>>();
expectTypeOf(loop.runUntilComplete(body)).is<Promise<Date>>();
declare const limited: Body<Timeout, Date>;
expectTypeOf(withTimeout(5, limited)).is<Coroutine<Date>>();
declare const result: ResultOf<() => Promise<Coroutine<number> | string>>;
expectTypeOf(result).is<string | Coroutine<number>>();
declare const value: ResultOf<Task<string>>;
expectTypeOf(value).is<string>();

// run ------------------------------------------------------------------------------------------------

const runnerOptions: RunnerOptions = { grace: 10, handleSignals: false, debug: true };
const runOptions: RunOptions = { ...runnerOptions, signal: new AbortController().signal };
expectTypeOf(run(sleep(1, 'x'), runOptions)).is<Promise<string>>();
expectTypeOf(new Runner(runnerOptions).run(async () => 5)).is<Promise<number>>();
expectTypeOf(new Runner().getLoop()).is<EventLoop>();
expectTypeOf(new Runner().close()).is<Promise<void>>();
// @ts-expect-error no such option
run(sleep(1), { timeout: 5 });

// context --------------------------------------------------------------------------------------------

const user = new ContextVar<string>('user');
const level = new ContextVar('level', { defaultValue: 0 });
expectTypeOf(level.get()).is<number>();
expectTypeOf(user.set('ann')).is<Token<string>>();
expectTypeOf(user.set('ann').oldValue).is<string | undefined>();
expectTypeOf(Context.current().get(user)).is<string | undefined>();
expectTypeOf(Context.current().with(user, 'ann')).is<Context>();
expectTypeOf(Context.current().run((n: number) => n > 1, 5)).is<boolean>();
// @ts-expect-error another value
user.set(5);
// @ts-expect-error the token of another variable
level.reset(user.set('ann'));
// @ts-expect-error another argument
Context.current().run((n: number) => n, 'x');
