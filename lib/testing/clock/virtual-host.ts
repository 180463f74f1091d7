import type { Host } from '../../kernel/index.js';
import { MOST_TURNS, standsStill } from './stands-still.js';

/**
 * A host without time of its own: the clock stands still until whoever drives it moves it on.
 *
 * ```
 * runReady()     everything that is ready, and what that makes ready, at this very moment
 * jump()         the clock moves to the next deadline; what is due then becomes ready
 * ```
 *
 * @internal
 */
export class VirtualHost implements Host {
  /** One iteration a turn: whoever drives it counts them. */
  readonly drains = false;
  readonly virtual = true;
  readonly #maxTurns: number;
  /** The first deadline, or undefined. */
  deadline: number | undefined;
  readonly #turn: () => void;
  #now = 0;
  #wanted = false;

  constructor(turn: () => void, maxTurns = MOST_TURNS) {
    this.#turn = turn;
    this.#maxTurns = maxTurns;
  }

  now(): number {
    return this.#now;
  }

  epoch(): number {
    return this.#now;
  }

  soon(): void {
    this.#wanted = true;
  }

  lost(): boolean {
    return false;
  }

  idle(): void {}

  at(deadline: number | undefined): void {
    this.deadline = deadline === Infinity ? undefined : deadline;
  }

  hold(): void {}

  release(): void {}

  get ready(): boolean {
    return this.#wanted;
  }

  runReady(): void {
    for (let turns = 0; this.#wanted; turns++) {
      if (turns === this.#maxTurns) throw standsStill(this.#now, turns);
      this.#wanted = false;
      this.#turn();
    }
  }

  /** False if no timer is set. */
  jump(): boolean {
    if (this.deadline === undefined) return false;
    this.moveTo(this.deadline);
    return true;
  }

  moveTo(when: number): void {
    if (when > this.#now) this.#now = when;
    if (this.deadline !== undefined && this.deadline <= this.#now) {
      this.deadline = undefined;
      this.#wanted = true;
    }
  }
}
