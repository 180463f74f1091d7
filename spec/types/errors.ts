import {
  BrokenBarrierError,
  CancelledError,
  ExceptionGroup,
  InvalidStateError,
  KeyboardInterrupt,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  RuntimeError,
  type Task,
  TimeoutError,
  isCancelled,
  rethrowCancelled,
} from 'rxtasks';
import { BrokenExecutorError, type BrokenKind } from 'rxtasks/executors';
import { DeadlockError, type Deviation, ExploreError, LeakError } from 'rxtasks/testing';
import { expectTypeOf } from './expect-type.js';

declare const error: unknown;

// what a catch learns ------------------------------------------------------------------------------

if (isCancelled(error)) {
  expectTypeOf(error).is<CancelledError>();
  expectTypeOf(error.source).is<string | undefined>();
  expectTypeOf(error.requester).is<string | undefined>();
}
expectTypeOf(rethrowCancelled(error)).is<void>();
if (error instanceof ExceptionGroup) expectTypeOf(error.errors).is<unknown[]>();
if (error instanceof BrokenBarrierError) expectTypeOf<RuntimeError>(error).is<RuntimeError>();
if (error instanceof BrokenExecutorError) {
  expectTypeOf(error.kind).is<BrokenKind>();
  expectTypeOf(error.exitCode).is<number | undefined>();
  expectTypeOf(error.signal).is<string | undefined>();
}
if (error instanceof LeakError) expectTypeOf(error.tasks).is<readonly Task<unknown>[]>();
if (error instanceof ExploreError) {
  expectTypeOf(error.deviations).is<readonly Deviation[]>();
  expectTypeOf(error.order).is<readonly string[]>();
  expectTypeOf(error.kind).is<'error' | 'deadlock' | 'reported' | 'unfinished' | 'endless'>();
}
if (error instanceof DeadlockError) expectTypeOf(error.message).is<string>();
const kinds: BrokenKind[] = ['exit', 'uncaught', 'memory', 'lost'];
// @ts-expect-error no such kind
const other: BrokenKind = 'asleep';

// how they are made --------------------------------------------------------------------------------

const errors: Error[] = [
  new CancelledError(),
  new CancelledError('enough', { source: 'cancel', requester: 'main', cause: error }),
  new ExceptionGroup('two', [error, error]),
  new InvalidStateError('done'),
  new KeyboardInterrupt(),
  new QueueEmpty(),
  new QueueFull('full', { cause: error }),
  new QueueShutDown(),
  new RuntimeError('no'),
  new TimeoutError('late', { cause: error }),
];
// @ts-expect-error a group has errors
new ExceptionGroup('none');
// @ts-expect-error a message is a string
new CancelledError(5);
// @ts-expect-error the list of what a group holds cannot be set
new ExceptionGroup('two', []).errors = [];
