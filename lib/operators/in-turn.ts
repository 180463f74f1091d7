import { Deque } from '../kernel/index.js';
import { type Admission, MappedTask, type MappedTasks } from './mapped-tasks.js';

/**
 * Everybody in turn, so many at the same time: for `mapTask`. Here it is enough to count, and of those who wait nothing is
 * kept but their values.
 *
 *     2 places     {a b} run     waiting [c d]
 *     a ends       {b c} run     waiting [d]
 *
 * In order, what a task gives before its turn is kept until those before it have ended.
 *
 * @internal
 */
export class InTurn<V> implements Admission<V> {
  readonly #tasks: MappedTasks<V>;
  readonly #concurrency: number;
  #active = 0;
  readonly #waiting = new Deque<V>();
  #started = 0;
  /** In the order of the values: the first is the one whose turn it is. Null: what comes is emitted as it comes. */
  readonly #line: Deque<TaskInLine<V>> | null;

  constructor(tasks: MappedTasks<V>, concurrency: number, ordered: boolean) {
    this.#tasks = tasks;
    this.#concurrency = concurrency;
    this.#line = ordered ? new Deque() : null;
  }

  take(value: V): void {
    if (this.#active < this.#concurrency) {
      this.#active++;
      this.#start(value);
    } else {
      this.#waiting.push(value);
    }
  }

  #start(value: V): void {
    const index = this.#started++;
    if (this.#line === null) {
      this.#tasks.start(new MappedTask(this.#tasks, value, index));
    } else {
      const run = new TaskInLine(this.#tasks, value, index);
      this.#line.push(run);
      this.#tasks.start(run);
    }
  }

  gave(run: MappedTask<V>, value: unknown): void {
    if (this.#line === null || (this.#line.first === run && this.#line.first.kept === null)) {
      this.#tasks.emit(run, value);
    } else {
      ((run as TaskInLine<V>).kept ??= new Deque()).push(value);
    }
  }

  ended(run: MappedTask<V>): void {
    if (this.#line === null) {
      this.#tasks.over(run);
    } else {
      (run as TaskInLine<V>).hasEnded = true;
      this.#emitInOrder(this.#line);
    }
    if (this.#waiting.size > 0) this.#start(this.#waiting.take());
    else this.#active--;
  }

  #emitInOrder(line: Deque<TaskInLine<V>>): void {
    while (line.first?.hasEnded && this.#tasks.open) {
      this.#tasks.over(line.take());
      if (line.first !== undefined) this.#emitKept(line.first);
    }
  }

  /** Its turn has come. */
  #emitKept(run: TaskInLine<V>): void {
    while (run.kept !== null && this.#tasks.open) {
      this.#tasks.emit(run, run.kept.take());
      if (run.kept.size === 0) run.kept = null;
    }
  }

  get waiting(): boolean {
    return this.#waiting.size > 0;
  }

  clear(): void {
    this.#waiting.clear();
  }
}

/** A task whose values are emitted in its turn. */
class TaskInLine<V> extends MappedTask<V> {
  /** What it gave before. */
  kept: Deque<unknown> | null = null;
  hasEnded = false;
}
