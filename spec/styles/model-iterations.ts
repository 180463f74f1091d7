import { type Future, Queue, type Resume, type Task, coroutine, createTask, isCancelled, resultOf } from 'rxtasks';
import { type Job, jobOf, operate } from './model-operators.js';
import { type Place, time } from './place.js';
import type { StatementOf } from './program.js';
import type { Script } from './style.js';

/** A loop over `mapTask` by hand: an item has one of the places until its values are taken. */
export function* modelEach(
  place: Place,
  label: string,
  { items, pace, project, concurrency, ordered }: StatementOf<'each'>,
  body: (value: unknown) => Script<boolean>,
): Script<void> {
  const { world } = place;
  const results = new Queue<string>();
  let places = concurrency;
  let room: Future<void> | undefined;
  const spec: Job = {
    ...jobOf(place, label, project),
    operator: 'mapTask',
    concurrency: Infinity,
    ordered,
    out: (value) => results.putNowait(value),
  };
  const manager = createTask(
    operate(spec, function* (post): Generator<void, void, Resume> {
      const cursor = pace === null ? undefined : rowsModel(place, label, pace);
      try {
        for (let index = 0; ; index++) {
          while (places === 0) yield* (room = world.loop.createFuture<void>());
          places--;
          if (index < items) yield* cursor?.next() ?? nothing();
          if (index >= items) break;
          post({ value: index });
        }
        cursor?.close();
      } catch (error) {
        yield* cursor?.leave() ?? nothing();
        throw error;
      }
      post({ sourceEnded: true });
    }),
  );
  manager.addDoneCallback(() => results.shutdown());
  const leave = coroutine(function* () {
    if (!world.closing || manager.cancelling() === 0) manager.cancel();
    try {
      yield* manager;
    } catch (error) {
      if (!isCancelled(error)) throw error;
    }
  });
  for (;;) {
    let value: string;
    try {
      value = (yield results.get()) as string;
    } catch (error) {
      if (isCancelled(error)) {
        yield leave();
        throw error;
      }
      yield manager;
      return;
    }
    places++;
    if (room?.done() === false) room.setResult();
    let goesOn: boolean;
    try {
      goesOn = yield* body(value);
    } catch (error) {
      try {
        yield leave();
      } catch {
        // the error of the body is the one that is thrown
      }
      throw error;
    }
    if (goesOn) continue;
    yield leave();
    return;
  }
}

function* nothing(): Generator<void, void, Resume> {}

/** An async generator by hand: who leaves it waits until it has closed. */
function rowsModel(place: Place, label: string, pace: number) {
  const { world } = place;
  let index = 0;
  let open = false;
  let step: Promise<void> | undefined;
  return {
    *next(): Generator<void, void, Resume> {
      if (!open) world.note(`${label} source`, 'opens');
      open = true;
      step = world.native(time(place, pace + index++));
      yield* resultOf(step);
      step = undefined;
    },
    close(): void {
      if (open) world.note(`${label} source`, 'closes');
      open = false;
    },
    *leave(): Generator<void, void, Resume> {
      if (!open) return;
      while (step !== undefined) {
        try {
          yield* resultOf(step);
          step = undefined;
        } catch (error) {
          if (!isCancelled(error)) throw error;
        }
      }
      this.close();
    },
  };
}

/** A loop over the progress of a task, by hand. */
export function* modelWatch(task: Task<unknown>, body: (value: unknown) => Script<boolean>): Script<void> {
  const reports = new Queue<unknown>();
  const watching = task.progress$.subscribe({
    next: (value) => reports.putNowait(value),
    complete: () => reports.shutdown(),
  });
  try {
    for (;;) {
      let value: unknown;
      try {
        value = yield reports.get();
      } catch (error) {
        if (isCancelled(error)) throw error;
        return;
      }
      if (!(yield* body(value))) return;
    }
  } finally {
    watching.unsubscribe();
  }
}
