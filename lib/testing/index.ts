// The public face of rxtasks/testing.

export { DeadlockError } from './reports/deadlock-error.js';
export { LeakError } from './reports/leak-error.js';
export { realTime } from './virtual/real-time.js';
export { type RunVirtualOptions, runVirtual } from './virtual/run-virtual.js';
export { VirtualEventLoop, type VirtualEventLoopOptions } from './virtual/virtual-event-loop.js';
export type { Deviation } from './explore/deviation.js';
export { ExploreError } from './explore/explore-error.js';
export { explore, type ExploreMain, type ExploreOptions, type Explored } from './explore/explore.js';
export {
  type AssertDeepEqual,
  type LaneExpectation,
  type TaskRunHelpers,
  TaskTestScheduler,
} from './lanes/task-test-scheduler.js';
export type { LaneValues } from './lanes/parse-lane.js';
