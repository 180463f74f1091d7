import { BrokenBarrierError } from '../errors/index.js';
import { Coroutine, type Resume, assertNumber, keepExemplars, refusal } from '../kernel/index.js';
import { Condition } from './condition.js';
import { Heap } from './heap.js';
import { Primitive } from './primitive.js';

/**
 * A point where a fixed number of tasks wait for each other, and then all go on; and again, and again.
 *
 * ```text
 * new Barrier(3)
 * a: --wait()..............0----
 * b: -------wait().........1----
 * c: ------------------wait()2--
 * ```
 *
 * Each round hands out the indices 0 to `parties - 1`, each once, in the order of arrival: the lowest that is free. One task
 * can take the index 0 (say) as its mark to do something for all. Whoever arrives while a round is still leaving waits until it has left, and belongs to the
 * next round.
 *
 * ```text
 *            last party arrives             last party has left
 *  filling ---------------------> draining ---------------------> filling
 *     | reset() while some wait                                      ^
 *     '-----------------------> resetting ---- all have left --------'     abort(): broken, until reset()
 * ```
 *
 * **Cancellation:** a task that is cancelled while it waits is not counted any more; the others wait for somebody else, who
 * gets its index.
 *
 * **Errors:** {@link BrokenBarrierError} for those who wait when the barrier is reset or aborted, and for everybody who comes
 * to an aborted barrier. `RangeError` if `parties` is no whole number or less than 1, `TypeError` if it is no number.
 *
 * @example
 * ```ts
 * import { Barrier, coroutine, gather, run, sleep } from 'rxtasks';
 *
 * const main = coroutine(function* () {
 *   const barrier = new Barrier(2);
 *   const load = coroutine(function* (ms: number) {
 *     yield* sleep(ms);
 *     return yield* barrier.wait(); // both go on after 20 ms
 *   });
 *   console.log(yield* gather([load(20), load(10)])); // [ 1, 0 ]
 * });
 * await run(main());
 * ```
 *
 * asyncio: `asyncio.Barrier`.
 */
export class Barrier extends Primitive {
  /** Guards the state, and wakes whoever waits for it to change. */
  readonly #changed = new Condition();
  readonly #parties: number;
  #state: 'filling' | 'draining' | 'resetting' | 'broken' = 'filling';
  /** How many are between their arrival and their leaving. */
  #count = 0;
  /** From this index on nobody has one yet; lower ones are given back by who leaves while the barrier fills. */
  #next = 0;
  readonly #givenBack = new Heap<number>((a, b) => a - b);

  /**
   * @param parties how many tasks have to arrive, at least 1
   */
  constructor(parties: number) {
    super();
    const cure = 'pass the number of tasks that shall meet';
    assertNumber('new Barrier(parties)', 'a whole number, at least 1', parties, cure);
    if (parties < 1 || !Number.isInteger(parties)) {
      throw new RangeError(refusal('new Barrier(parties)', 'a whole number, at least 1', parties, cure));
    }
    this.#parties = parties;
  }

  /** How many tasks have to arrive before they all go on. */
  get parties(): number {
    return this.#parties;
  }

  /**
   * How many have arrived and wait for the others.
   *
   * asyncio: `Barrier.n_waiting`.
   */
  get nWaiting(): number {
    return this.#state === 'filling' ? this.#count : 0;
  }

  /** Was the barrier aborted? */
  get broken(): boolean {
    return this.#state === 'broken';
  }

  /**
   * Waits until all parties have arrived. Resumes with the index of this arrival in its round, from 0 to `parties - 1`.
   *
   * **Cancellation:** leaves; its place and its index are free again.
   *
   * **Errors:** {@link BrokenBarrierError} if the barrier is broken, or is aborted or reset meanwhile.
   *
   * asyncio: `Barrier.wait()`, and `async with barrier as index:`, whose end does nothing.
   */
  wait(): Coroutine<number> {
    return new Coroutine<number>('wait', this.#wait, [], this);
  }

  /**
   * Sends those who wait away with {@link BrokenBarrierError} and makes the barrier usable again, also after `abort()`.
   *
   * asyncio: `Barrier.reset()`.
   */
  reset(): Coroutine<void> {
    return new Coroutine<void>('reset', this.#change, [() => (this.#count > 0 ? 'resetting' : 'filling')], this);
  }

  /**
   * Breaks the barrier: those who wait, and all who come, get {@link BrokenBarrierError}, until `reset()`. For a party that
   * fails, so that the others do not wait for it for ever.
   *
   * asyncio: `Barrier.abort()`.
   */
  abort(): Coroutine<void> {
    return new Coroutine<void>('abort', this.#change, [() => 'broken'], this);
  }

  /** `<Barrier filling waiters=2/5>`, `<Barrier broken>`. */
  toString(): string {
    return `<Barrier ${this.#state}${this.broken ? '' : ` waiters=${this.nWaiting}/${this.#parties}`}>`;
  }

  *#wait(): Generator<void, number, Resume> {
    yield* this.#changed.acquire();
    try {
      yield* this.#untilRoundLeft();
      const index = this.#takeIndex();
      try {
        if (++this.#count === this.#parties) {
          this.#state = 'draining';
          this.#changed.notifyAll();
        } else {
          yield* this.#untilFull();
        }
        return index;
      } finally {
        this.#leave(index);
      }
    } finally {
      this.#changed.release();
    }
  }

  /** Waits while another round leaves. */
  *#untilRoundLeft(): Generator<void, void, Resume> {
    yield* this.#changed.waitFor(() => this.#state !== 'draining' && this.#state !== 'resetting');
    if (this.#state === 'broken') {
      throw new BrokenBarrierError('Barrier.wait(): the barrier is broken, it was aborted; barrier.reset() repairs it');
    }
  }

  /** Waits for the last party of the round. */
  *#untilFull(): Generator<void, void, Resume> {
    yield* this.#changed.waitFor(() => this.#state !== 'filling');
    if (this.#state === 'broken' || this.#state === 'resetting') {
      const what = this.#state === 'broken' ? 'aborted' : 'reset';
      throw new BrokenBarrierError(
        `Barrier.wait(): the barrier was ${what} before all ${this.#parties} parties arrived`,
      );
    }
  }

  /** The lowest one that is free. */
  #takeIndex(): number {
    return this.#givenBack.size > 0 ? this.#givenBack.take() : this.#next++;
  }

  /** The last one to leave opens the barrier for those who wait to come in. */
  #leave(index: number): void {
    this.#count--;
    if (this.#count > 0) {
      if (this.#state === 'filling') this.#givenBack.push(index);
      return;
    }
    this.#next = 0;
    while (this.#givenBack.size > 0) this.#givenBack.take();
    if (this.#state === 'resetting' || this.#state === 'draining') this.#state = 'filling';
    this.#changed.notifyAll();
  }

  *#change(next: () => 'filling' | 'resetting' | 'broken'): Generator<void, void, Resume> {
    yield* this.#changed.acquire();
    try {
      this.#state = next();
      this.#changed.notifyAll();
    } finally {
      this.#changed.release();
    }
  }
}

keepExemplars(() => [new Barrier(1)]);
