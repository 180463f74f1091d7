import { type Task, type TaskGroup } from 'rxtasks';
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
  /** Added to every time: what runs for several values at once does nothing at the same moment. */
  readonly shift: number;
  /** When the limits around it end. */
  readonly limits: readonly number[];
  /** What the tasks that were made here are called, by their ids. */
  readonly names: Map<string, string>;
  /** Runs statements one after the other. */
  readonly run: (place: Place, body: Body) => Script<void>;
}

/** A body from its first step to its last; its value is its name. */
export function* life(place: Place, body: Body): Script<string> {
  const { world, label } = place;
  world.begin(label);
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

export function limited(place: Place, ms: number | null): Place {
  return ms === null ? place : { ...place, limits: [...place.limits, place.world.clock.now() + ms] };
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

/** The start of the body of a task. */
export function startOf(place: Place, label: string, body: Body, style: Style, change: Partial<Place> = {}): Start {
  const judged = styleOf(place.judgedSet, label, place.seed, body);
  return (task, waiter) => life({ ...child(place, label), body: label, style, judged, task, waiter, ...change }, body);
}

/** The start of a part of the same body: its task is the one around it, whatever runs in between. */
export function startInside(place: Place, label: string, body: Body, style: Style, change: Partial<Place> = {}): Start {
  return startOf(place, label, body, style, { task: place.task, ...change });
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
