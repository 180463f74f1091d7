import { Observable } from 'rxjs';
import type { Context } from '../now/context.js';
import { current } from '../now/current.js';
import type { Future } from './future.js';
import { assertNoCoroutine } from '../ground/arguments.js';
import { RUN, type Runnable } from '../ground/protocol.js';
import { text } from '../ground/text.js';

/** A registration by `addDoneCallback`. @internal */
export class DoneCallback implements Runnable {
  readonly future: Future<unknown>;
  readonly callback: (future: Future<unknown>) => unknown;
  readonly context: Context;

  constructor(future: Future<unknown>, callback: (future: Future<unknown>) => unknown, context: Context) {
    this.future = future;
    this.callback = callback;
    this.context = context;
  }

  [RUN](): void {
    current.context = this.context;
    const returned = this.callback(this.future);
    assertNoCoroutine('done callback', returned);
    if (typeof returned === 'object' && returned !== null && 'then' in returned && !(returned instanceof Observable)) {
      (returned as PromiseLike<unknown>).then(undefined, (exception: unknown) => {
        this.future.loop.callExceptionHandler({
          kind: 'callback',
          message: `Exception in callback ${text(this.callback)}: the promise that it returned was rejected`,
          exception,
          future: this.future,
        });
      });
    }
  }

  toString(): string {
    return text(this.callback);
  }
}
