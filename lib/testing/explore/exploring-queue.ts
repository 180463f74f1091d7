import { type Future, ReadyQueue, RUN, type Runnable, Task, type Timer } from '../../kernel/index.js';

/** Which handles keep their order among themselves: those of one task; timers of different deadlines; all callbacks. */
export type Kind = 'task' | 'timer' | 'callback';

/** A handle that is ready. @internal */
export interface Slot {
  readonly entry: Runnable;
  readonly kind: Kind;
  /** The number of the iteration in which it was queued. */
  readonly iteration: number;
  /** Of a timer. */
  readonly deadline: number;
  /** The list of waiters that the task was woken from, if the order of that list is kept. */
  readonly line: object | undefined;
  /** Which timer, or which callback. */
  readonly number: number;
}

/** Decides what runs next. @internal */
export interface Policy {
  /** Which of the first `count` handles of `open`, all of which may run now? 0 is the one that usually would. */
  choose(open: readonly Slot[], count: number): number;
}

const nothing: Runnable = { [RUN]() {} };

/**
 * A queue out of which a policy takes what may run next. With `reach` 2:
 *
 * ```
 * queued in iteration   0        1        2        3
 *                       b:1      a:2      a:3      a:4
 *                       │        └────────┴─ may overtake b:1
 *                       └─ waits                   └─ may not
 * ```
 *
 * The iterations are those of a loop that runs handles in this order: one begins when the first handle runs that was queued
 * in the one before. A handle that is held back stays ready for the next iteration, and so on.
 *
 * @internal
 */
export class ExploringQueue extends ReadyQueue {
  readonly #policy: Policy;
  readonly #reach: number;
  readonly #maxSteps: number;
  /** In the order in which they were queued, hence of their iterations. */
  readonly #slots: Slot[] = [];
  readonly #open: Slot[] = [];
  readonly #places: number[] = [];
  /** The lists that a future stands in whose order is kept. */
  readonly lines = new Map<Future<unknown>, object>();
  #iteration = 0;
  #timers = 0;
  #callbacks = 0;
  #steps = 0;
  /** So many steps were made that the scenario will hardly ever end; nothing runs any more. */
  endless = false;
  /** Is told of each handle that is about to run. */
  onRun: ((slot: Slot) => void) | undefined;

  constructor(policy: Policy, reach: number, maxSteps: number) {
    super();
    this.#policy = policy;
    this.#reach = reach;
    this.#maxSteps = maxSteps;
  }

  override push(entry: Runnable): void {
    if (this.endless) return;
    const iteration = this.#iteration;
    if (entry instanceof Task) {
      const waited = (entry as Task<unknown>).waitingOn;
      const line = waited === null || waited.cancelled() ? undefined : this.lines.get(waited);
      this.#slots.push({ entry, kind: 'task', iteration, deadline: 0, line, number: 0 });
    } else if ('deadline' in entry) {
      const { deadline } = entry as Timer;
      this.#slots.push({ entry, kind: 'timer', iteration, deadline, line: undefined, number: ++this.#timers });
    } else {
      const number = ++this.#callbacks;
      this.#slots.push({ entry, kind: 'callback', iteration, deadline: 0, line: undefined, number });
    }
    this.length++;
  }

  override shift(): Runnable {
    if (this.length === 0) return nothing; // the rest of an iteration whose handles are gone
    if (++this.#steps > this.#maxSteps) {
      this.endless = true;
      this.#slots.length = this.length = 0;
      return nothing;
    }
    const open = this.#open;
    const choice = this.#policy.choose(open, this.#findOpen());
    const slot = open[choice] as Slot;
    this.#slots.splice(this.#places[choice] as number, 1);
    this.length--;
    if (slot.iteration === this.#iteration) this.#iteration++;
    this.onRun?.(slot);
    return slot.entry;
  }

  /** Finds those that may run now: within reach of the oldest, and behind none that they must not overtake. */
  #findOpen(): number {
    const slots = this.#slots;
    const open = this.#open;
    const last = (slots[0] as Slot).iteration + this.#reach;
    let count = 0;
    let callback = false;
    let deadline: number | undefined;
    for (let place = 0; place < slots.length; place++) {
      const slot = slots[place] as Slot;
      if (slot.iteration > last) break;
      if (slot.kind === 'callback') {
        if (callback) continue;
        callback = true;
      } else if (slot.kind === 'timer') {
        deadline ??= slot.deadline;
        if (slot.deadline !== deadline) continue;
      } else if (slot.line !== undefined && this.#isBehind(slot.line, place)) {
        continue;
      }
      open[count] = slot;
      this.#places[count++] = place;
    }
    open.length = count;
    return count;
  }

  #isBehind(line: object, place: number): boolean {
    for (let i = 0; i < place; i++) if ((this.#slots[i] as Slot).line === line) return true;
    return false;
  }
}
