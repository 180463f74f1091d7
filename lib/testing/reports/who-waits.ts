import { type Future, Task, WAITING_FOR, recipeText, text } from '../../kernel/index.js';
import { placeOf } from './places.js';
import { completerOf } from './watched-loop.js';

/** What one task waits for. @internal */
export interface Waiting {
  readonly task: Task<unknown>;
  /** The tasks among it. */
  readonly tasks: readonly Task<unknown>[];
  /** All of it in words, or null if it is not known. */
  readonly what: string | null;
  /** Is something among it that this library knows nothing of? */
  readonly foreign: boolean;
  /** Is work of an executor among it? That takes real time, but will end. */
  readonly underWay: boolean;
}

/** What each of `tasks` waits for. @internal */
export function whoWaits(tasks: Iterable<Task<unknown>>): Waiting[] {
  return Array.from(tasks, (task) => {
    const found = new Found();
    found.follow(task);
    return { task, tasks: [...found.tasks], what: found.text(), foreign: found.foreign, underWay: found.underWay };
  });
}

class Found {
  readonly tasks = new Set<Task<unknown>>();
  readonly #others = new Set<string>();
  readonly #seen = new Set<Future<unknown>>();
  foreign = false;
  underWay = false;

  /** Notes what `future` itself waits for. */
  follow(future: Future<unknown>): void {
    if (this.#seen.has(future)) return;
    this.#seen.add(future);
    if (!future.loop.virtual) this.foreign = true; // a loop outside of the test, in real time
    const completer = completerOf(future);
    const { futures, foreign, underWay = false } = future[WAITING_FOR]();
    if (foreign !== null) {
      this.foreign = true;
      this.underWay ||= underWay;
      this.#others.add(foreign);
    } else if (completer instanceof Set) {
      for (const each of completer as Set<Future<unknown>>) this.#note(each);
    } else if (completer !== undefined) {
      this.#others.add(String(completer));
    } else if (futures.length === 0 && !(future instanceof Task)) {
      this.#others.add(plainText(future));
    }
    for (const each of futures) this.#note(each);
  }

  text(): string | null {
    const names = Array.from(this.tasks, nameText);
    const parts = [...this.#others];
    if (names.length > 0) parts.unshift(`${names.length === 1 ? 'task' : 'tasks'} ${names.join(', ')}`);
    return parts.length === 0 ? null : parts.join(' and ');
  }

  #note(future: Future<unknown>): void {
    if (future.done()) this.#others.add('its turn: what it has waited for is there');
    else if (future instanceof Task) {
      this.tasks.add(future as Task<unknown>);
      if (!future.loop.virtual) this.foreign = true;
    } else this.follow(future);
  }
}

/** A future that waits for no other: the alarm of a sleeper, or one that somebody is to complete. */
function plainText(future: Future<unknown>): string {
  const { deadline } = future as { deadline?: unknown };
  if (typeof deadline !== 'number') return 'a future that nobody has completed';
  if (deadline === Infinity) return 'a time that never comes';
  return `the time ${tenths(deadline)} ms, ${tenths(deadline - future.loop.time())} ms from now`;
}

/** A real clock shows more digits than anybody reads. */
function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}

/** The circles in which tasks wait for each other, each once. @internal */
export function circles(waitings: readonly Waiting[]): Task<unknown>[][] {
  const next = new Map(waitings.map(({ task, tasks }) => [task, tasks]));
  const found: Task<unknown>[][] = [];
  const visited = new Set<Task<unknown>>();
  const path: Task<unknown>[] = [];
  const visit = (task: Task<unknown>): void => {
    const start = path.indexOf(task);
    if (start >= 0) found.push(path.slice(start));
    if (visited.has(task)) return;
    visited.add(task);
    path.push(task);
    for (const each of next.get(task) ?? []) visit(each);
    path.pop();
  };
  for (const { task } of waitings) visit(task);
  return found;
}

/** What runs, what it waits for, and where it was made if that is known. @internal */
export function runningText(tasks: Iterable<Task<unknown>>): string {
  return waitingText(whoWaits(tasks));
}

/** Each task with what it waits for and where it was made, one below the other. @internal */
export function waitingText(waitings: readonly Waiting[]): string {
  const names = waitings.map(({ task }) => nameText(task));
  const width = Math.min(24, Math.max(0, ...names.map((name) => name.length)));
  const indent = `\n  ${' '.repeat(width)}  `;
  return waitings
    .map(({ task, what }, i) => {
      const state = task.cancelling() > 0 ? 'was asked to cancel, and ' : '';
      const about = aboutText(task);
      const waits = `  ${(names[i] as string).padEnd(width)}  ${state}waits for ${what ?? 'its turn'}`;
      return about === '' ? waits : waits + indent + about;
    })
    .join('\n');
}

/** `running work(), made at spec/cart.spec.ts:12:5`, as far as it is known. */
function aboutText(task: Task<unknown>): string {
  const recipe = recipeText(task.recipe);
  const place = placeOf(task);
  return [
    ...(recipe === 'anonymous()' ? [] : [`running ${recipe}`]),
    ...(place === undefined ? [] : [`made at ${place}`]),
  ].join(', ');
}

/** @internal */
export function nameText(task: Task<unknown>): string {
  return text(task.name).replace(/^"|"$/g, "'");
}
