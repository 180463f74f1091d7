export { BrokenExecutorError, type BrokenKind } from './wire/broken-executor-error.js';
export { coldCall } from './cold-call.js';
export type { Engine } from './engine.js';
export { v8 } from './wire/node-builtins.js';
export { DEFAULT_GRACE, Job, type JobOptions } from './job.js';
export { JobExecutor, type ShutdownOptions, assertOptions } from './job-executor.js';
export type { MapOptions } from './map-jobs.js';
export { loadPackage } from './load-package.js';
export { type Remote, remote } from './sending/remote.js';
export { packThrown, thrownValue, uncloneableReport, uncloneableResult } from './wire/thrown.js';
export { isCloneable, transfer, unpackValue } from './wire/values.js';
export type { Answer, Call, Carried, FunctionReference, WireRequest, WireThrown } from './wire/wire.js';
export type {
  CancelMessage,
  FromWebWorker,
  LostMessage,
  ToWebWorker,
  WebMessage,
  WorkerMessage,
} from './worker/messages.js';
export { JobRunner } from './worker/run-job.js';
export { workerFile } from './worker-file.js';
