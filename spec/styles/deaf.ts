import { type Task, isCancelled, resultOf, sleep } from 'rxtasks';
import { type Place, note } from './place.js';
import type { Script } from './style.js';

/**
 * A native `await` in an async function, as a coroutine. Whoever cancels has to wait; only a limit leaves it, one millisecond
 * late, unless the function has read a signal.
 */
export function* deafModel(
  place: Place,
  promise: Promise<void>,
  passed: string,
  hot: Task<unknown> | undefined,
  readsSignal: boolean,
): Script<void> {
  const { world, body, task } = place;
  let request: { readonly error: unknown } | undefined;
  let over = false;
  void promise.then(() => (over = true));
  for (;;) {
    try {
      yield resultOf(promise);
      break;
    } catch (error) {
      request = { error };
      if (over || readsSignal || !isOfLimit(error)) continue;
      yield sleep(world.moment(1));
      world.report('abandoned', undefined);
      void Promise.resolve().then(() => world.orphan(body));
      void promise.then(() => {
        note(place, passed);
        world.over(body);
      });
      throw error;
    }
  }
  note(place, passed);
  if (request === undefined) return;
  if (hot === undefined || hot.done()) throw request.error;
  task?.uncancel();
  task?.cancel();
}

function isOfLimit(error: unknown): boolean {
  return isCancelled(error) && error.source === 'timeout';
}
