import { type Coroutine, type Task, sleep } from 'rxtasks';
import {
  type AssertDeepEqual,
  type Deviation,
  type ExploreMain,
  type ExploreOptions,
  type Explored,
  type LaneExpectation,
  type LaneValues,
  type RunVirtualOptions,
  type TaskRunHelpers,
  TaskTestScheduler,
  VirtualEventLoop,
  type VirtualEventLoopOptions,
  explore,
  realTime,
  runVirtual,
} from 'rxtasks/testing';
import type { AsymmetricTaskMatchers, ExpectLike, TaskMatchers, TestHooks } from 'rxtasks/testing/jest';
import { checkLeaks, extendExpect } from 'rxtasks/testing/jest';
import { expectTypeOf } from './expect-type.js';

declare const work: () => Coroutine<Date>;

// virtual time -----------------------------------------------------------------------------------------

const virtual: RunVirtualOptions = { io: true, foreignGrace: 10, start: 0, debug: true, asyncContext: false };
expectTypeOf(runVirtual(work, virtual)).is<Promise<Date>>();
expectTypeOf(runVirtual(async () => 5)).is<Promise<number>>();
expectTypeOf(realTime(Promise.resolve('x'))).is<Promise<string>>();
// @ts-expect-error no promise
realTime(5);
// @ts-expect-error no source
runVirtual(5);

const loopOptions: VirtualEventLoopOptions = { maxTurns: 10, debug: true };
const loop = new VirtualEventLoop(loopOptions);
expectTypeOf(loop.runSync(work)).is<Date>();
expectTypeOf(loop.runSync(sleep(1, 'x'))).is<string>();
expectTypeOf(loop.isIdle()).is<boolean>();
// @ts-expect-error it has a scheduler
new VirtualEventLoop({ scheduler: loop.scheduler });

// orders -----------------------------------------------------------------------------------------------

const main: ExploreMain = function* (task) {
  expectTypeOf(task).is<Task<unknown>>();
  yield* sleep(1);
};
const replay: Deviation[] = [
  { step: 'a:1', later: 2 },
  { step: 'b:1', earlier: 1 },
];
const exploreOptions: ExploreOptions = { runs: 10, seed: 2, reach: 1, replay, unfinished: 'cancel' };
expectTypeOf(explore(main, exploreOptions)).is<Explored>();
expectTypeOf(explore(work).orders).is<number | undefined>();
// @ts-expect-error an async function cannot be repeated in another order
explore(async () => 5);
// @ts-expect-error either later or earlier
const nowhere: Deviation = { step: 'a:1' };

// lanes ------------------------------------------------------------------------------------------------

const equal: AssertDeepEqual = (actual, expected) => void [actual, expected];
const values: LaneValues = { r: new Date() };
new TaskTestScheduler(equal).run(({ expectTask }: TaskRunHelpers) => {
  const expectation: LaneExpectation = expectTask('a');
  expectation.toBe('s(r|)', values);
});

// Jest -------------------------------------------------------------------------------------------------

declare const jestLike: ExpectLike;
expectTypeOf(extendExpect(jestLike)).is<void>();
const hooks: TestHooks = { beforeEach, afterEach };
checkLeaks(hooks);
declare const matchers: TaskMatchers<void>;
expectTypeOf(matchers.toHaveResult(5)).is<void>();
const some: AsymmetricTaskMatchers = expect;
// @ts-expect-error a part of what is expected asks for no loop
some.toHaveNoRunningTasks();
