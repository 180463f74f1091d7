import { resultOf, sleep } from 'rxtasks';
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
  hot: boolean,
  readsSignal: boolean,
): Script<void> {
  const { world, limits, task } = place;
  let request: { readonly error: unknown } | undefined;
  let over = false;
  void promise.then(() => (over = true));
  for (;;) {
    try {
      yield resultOf(promise);
      break;
    } catch (error) {
      request = { error };
      if (over || readsSignal || !limits.includes(world.clock.now())) continue;
      yield sleep(1);
      world.report('abandoned', undefined);
      void promise.then(() => note(place, passed));
      throw error;
    }
  }
  note(place, passed);
  if (request === undefined) return;
  if (!hot) throw request.error;
  task?.uncancel();
  task?.cancel();
}
