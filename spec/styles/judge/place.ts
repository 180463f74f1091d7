import { type Task, type TaskGroup } from 'rxtasks';
import { coroutines } from './coroutines.js';
import type { Body } from './program.js';
import { type StyleSet, styleOf } from './sets.js';
import type { Script, Start, Style, Wait, Waiter } from './style.js';
import type { World } from './world.js';

/** Where a statement runs. */
export interface Place {
  readonly world: World;
  readonly set: StyleSet;
  /** The set that the story is to be compared with. */
  readonly judgedSet: StyleSet;
  readonly seed: number;
  /** The body, by the path of its callers. */
  readonly body: string;
  /** Under which it notes: the body, or a loop in it. */
  readonly label: string;
  readonly style: Style;
  readonly parent: Place | null;
  readonly task: Task<unknown> | null;
  readonly waiter: Waiter | null;
  readonly group: TaskGroup | null;
  /** In the model: the style that this body has in the set that is judged. */
  readonly judged: Style;
  /**
   * It begins when somebody else gives back what it holds, who may do so because of what ends this one, too: whether it has begun by
   * then is not noted.
   */
  readonly handedOn: boolean;
  /** Added to every time: what runs for several values at once does nothing at the same moment. */
  readonly shift: number;
  /** What the tasks that were made here are called, by their ids. */
  readonly names: Map<string, string>;
  /** Runs statements one after the other. */
  readonly run: (place: Place, body: Body) => Script<void>;
}

/** A body from its first step to its last; its value is its name. */
export function* life(place: Place, body: Body): Script<string> {
  const { world, label } = place;
  world.begin(label, !place.handedOn);
  let over = false;
  try {
    yield* place.run(place, body);
    over = true;
    note(place, 'ends');
    return label;
  } catch (error) {
    over = true;
    throw error;
  } finally {
    if (!over) world.leave(label);
    world.over(label);
  }
}

/** What the times of a program are here. */
export function time({ world, shift }: Place, ms: number): number {
  return world.moment(ms > 0 ? ms + shift : ms);
}

export function pause(place: Place, ms: number): Wait {
  return place.style.sleep(place.world, time(place, ms));
}

export function isAsync({ name }: Style): boolean {
  return name === 'async' || name === 'explicit';
}

export function note({ world, label }: Place, event: string): void {
  world.note(label, event);
}

/** Where a part of a body runs that has a name of its own. */
export function child(place: Place, label: string): Place {
  return { ...place, label, parent: place, names: new Map() };
}

/** How a body is written: in the set that runs, and in the one that is judged. */
export interface Rendering {
  readonly style: Style;
  readonly judged: Style;
}

/** Of the body of a task, or of a scope that has a `resultOf` of its own. */
export function rendered(place: Place, label: string, body: Body): Rendering {
  const styleIn = (set: StyleSet) => styleOf(set, label, place.seed, body);
  return { style: styleIn(place.set), judged: styleIn(place.judgedSet) };
}

/**
 * Of a function that the library calls inside of this body. Without ambient context it is known up to its first await only: what
 * is asked of it alone later does not reach it. So there it is a coroutine if that may happen.
 */
export function renderedInside(place: Place, label: string, body: Body, mayBeAsked: boolean): Rendering {
  const styleIn = (set: StyleSet, outer: Style) =>
    !set.asyncContext && (mayBeAsked || !isAsync(outer)) ? coroutines : styleOf(set, label, place.seed, body);
  return { style: styleIn(place.set, place.style), judged: styleIn(place.judgedSet, place.judged) };
}

/** The start of the body of a task. */
export function startOf(
  place: Place,
  label: string,
  body: Body,
  { style, judged }: Rendering,
  change: Partial<Place> = {},
): Start {
  return (task, waiter) =>
    life({ ...child(place, label), body: label, style, judged, task, waiter, handedOn: false, ...change }, body);
}

/** The start of a part of the same body: its task is the one around it, whatever runs in between. */
export function startInside(
  place: Place,
  label: string,
  body: Body,
  rendering: Rendering,
  change: Partial<Place> = {},
): Start {
  return startOf(place, label, body, rendering, { task: place.task, ...change });
}

export function taskOf(place: Place, id: string): Task<unknown> | undefined {
  for (let at: Place | null = place; at !== null; at = at.parent) {
    const label = at.names.get(id);
    if (label !== undefined) return place.world.tasks.get(label);
  }
  return undefined;
}

export function tasksOf(place: Place, ids: readonly string[]): Task<unknown>[] {
  return ids.flatMap((id) => taskOf(place, id) ?? []);
}
