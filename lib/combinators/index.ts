export { AsCompleted, type AsCompletedOptions, asCompleted } from './as-completed.js';
export { delayStart } from './delay-start.js';
export { type GatherOptions, gather } from './gather.js';
export { resultOf } from './result-of.js';
export { shield } from './shield.js';
export { sleep } from './sleep.js';
export { TaskGroup } from './task-group.js';
export { Timeout } from './timeout.js';
export { waitFor } from './wait-for.js';
export {
  ALL_COMPLETED,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  type ReturnWhen,
  type WaitOptions,
  type Waited,
  type WaitedFuture,
  wait,
} from './wait.js';
export { withTaskGroup } from './with-task-group.js';
export { withTimeout, withTimeoutAt } from './with-timeout.js';
