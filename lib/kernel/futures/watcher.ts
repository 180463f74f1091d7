import type { Subscriber, Unsubscribable } from 'rxjs';
import { Origin } from '../now/current-owner.js';
import type { Future } from './future.js';
import { ADD, PEEK, REMOVE, RUN, type Runnable } from '../ground/protocol.js';

/** A subscriber of a pending future. */
class Watcher<T> implements Runnable, Unsubscribable {
  readonly future: Future<T>;
  readonly subscriber: Subscriber<T>;
  readonly #origin = new Origin();

  constructor(future: Future<T>, subscriber: Subscriber<T>) {
    this.future = future;
    this.subscriber = subscriber;
  }

  [RUN](): void {
    if (!this.subscriber.closed) this.#origin.run(deliver<T>, this);
  }

  unsubscribe(): void {
    this.future[REMOVE](this);
  }
}

/** Tells a subscriber how a future has ended. @internal */
export function deliver<T>({ future, subscriber }: { future: Future<T>; subscriber: Subscriber<T> }): void {
  future[PEEK](
    (value) => {
      subscriber.next(value);
      subscriber.complete();
    },
    (error) => subscriber.error(error),
  );
}

/** Shared by all futures: RxJS calls it with the future as `this`. @internal */
export function subscribeToFuture<T>(this: Future<T>, subscriber: Subscriber<T>): Unsubscribable | undefined {
  if (this.done()) {
    deliver({ future: this, subscriber });
    return undefined;
  }
  const watcher = new Watcher(this, subscriber);
  this[ADD](watcher);
  return watcher;
}
