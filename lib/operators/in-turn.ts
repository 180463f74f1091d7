import { Deque } from '../kernel/index.js';
import { type Admission, MappedTask, type MappedTasks } from './mapped-tasks.js';

/**
 * Everybody in turn, so many at the same time: for `mapTask`. Here it is enough to count, and of those who wait nothing is
 * kept but their values.
 *
 *     2 places     {a b} run     waiting [c d]
 *     a ends       {b c} run     waiting [d]
 *
 * @internal
 */
export class InTurn<V> implements Admission<V> {
  readonly #tasks: MappedTasks<V>;
  readonly #concurrency: number;
  #active = 0;
  readonly #waiting = new Deque<V>();
  #started = 0;
  /** In the order of the values: those whose results have not been emitted. Null: results are emitted as they come. */
  readonly #line: Deque<MappedTask<V>> | null;

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
    const run = new MappedTask(this.#tasks);
    this.#line?.push(run);
    this.#tasks.start(run, value, this.#started++);
  }

  ended(run: MappedTask<V>): void {
    if (this.#line === null) this.#tasks.emit(run);
    else this.#emitInOrder(this.#line);
    if (this.#waiting.size > 0) this.#start(this.#waiting.take());
    else this.#active--;
  }

  #emitInOrder(line: Deque<MappedTask<V>>): void {
    while (line.first?.hasResult && !this.#tasks.closed) this.#tasks.emit(line.take());
  }

  get waiting(): boolean {
    return this.#waiting.size > 0;
  }

  clear(): void {
    this.#waiting.clear();
  }
}
