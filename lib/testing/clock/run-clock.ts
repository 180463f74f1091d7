import { Future, type Host, RUN, type Timer, TimerQueue } from '../../kernel/index.js';
import type { RealHost } from './real-host.js';
import { MOST_TURNS } from './stands-still.js';

/** After so many iterations in microtasks the next one comes from a macrotask, so that a test's own time-out has a turn. */
const TURNS_IN_A_ROW = 1000;

/** A function to be called, by the clock itself, when a time has come: what `setTimeout` makes. */
export class ClockTimer implements Timer {
  readonly deadline: number;
  readonly fire: () => void;
  /** Somebody may wait for it: else the clock does not move for its sake. */
  hopeful: boolean;
  order = 0;
  queued = false;
  dropped = false;

  constructor(deadline: number, fire: () => void, hopeful: boolean) {
    this.deadline = deadline;
    this.fire = fire;
    this.hopeful = hopeful;
  }

  [RUN](): void {
    this.fire();
  }
}

/** Whom the clock asks what to do. */
export interface ClockOwner {
  /** Is the loop being run? */
  isRunning(): boolean;
  /** Gives a timer of the loop's that is due to the loop. */
  feed(timer: Timer): void;
  /** Everything that was ready has run. True: there is something to do at this very moment. */
  settled(): boolean;
  /** Nothing is left that the clock could move to. */
  stuck(): void;
  /** So many iterations have run at this moment. */
  spinning(turns: number): void;
}

/**
 * The clock of a `runVirtual`, and the host of its loop. The timers of the loop and those of `setTimeout` are in one queue:
 * equal deadlines fire in the order of scheduling.
 *
 * ```
 * macrotask     what is due at one moment: a callback of setTimeout, or timers of the loop in a row, and an iteration
 * microtasks    the native ones, among them the further iterations of the loop, until there is none left
 * macrotask     the clock jumps to the next deadline, …
 * ```
 *
 * One real macrotask a jump: whatever native promises do in between has settled by then.
 *
 * @internal
 */
export class RunClock implements Host {
  readonly drains = false;
  readonly virtual = true;
  readonly #real: RealHost;
  readonly #owner: ClockOwner;
  /** Are there requests that the runtime lists? Null: nobody wants to wait for them. */
  readonly #requests: (() => boolean) | null;
  readonly #timers = new TimerQueue();
  readonly #turn: () => void;
  #now = 0;
  /** How many queued timers give no hope. */
  #hopeless = 0;
  /** How many queued timers are the loop's own. */
  #loops = 0;
  /** A timer whose time has come, and that has to let the loop go first. */
  #next: ClockTimer | null = null;
  /** How many hold the clock: promises of real time. */
  #held = 0;
  /** How many immediates are on their way. */
  #immediates = 0;
  /** The next macrotask is one of the loop's. */
  #due = false;
  /** No request was listed when the last macrotask looked. */
  #quiet = false;
  /** A macrotask is on its way. */
  #awake = false;
  #unpark: (() => void) | null = null;
  #turns = 0;
  /** An iteration is going on that only completes futures. */
  #waking = false;
  /** There is to be another iteration. */
  #again = false;
  #closed = false;

  constructor(turn: () => void, real: RealHost, owner: ClockOwner, requests: (() => boolean) | null) {
    this.#turn = turn;
    this.#real = real;
    this.#owner = owner;
    this.#requests = requests;
  }

  // ---- the host of the loop -------------------------------------------------------------------------------------

  now(): number {
    return this.#now;
  }

  epoch(): number {
    return this.#now;
  }

  soon(): void {
    if (this.#closed) return;
    if (this.#waking) {
      this.#again = true;
      return;
    }
    this.wake();
    if (++this.#turns % TURNS_IN_A_ROW !== 0) {
      this.#real.microtask(this.#turn);
      return;
    }
    this.#due = true;
    if (this.#turns % MOST_TURNS === 0) this.#owner.spinning(this.#turns);
  }

  lost(): boolean {
    return false;
  }

  idle(): void {}

  /** The loop's own queue has only what was due already when it was scheduled. */
  at(deadline: number | undefined): void {
    this.#due = deadline !== undefined && deadline <= this.#now;
    if (this.#due) this.wake();
  }

  hold(): void {}

  release(): void {}

  // ---- timers ---------------------------------------------------------------------------------------------------

  push(timer: Timer): void {
    this.#count(timer, 1);
    this.#timers.push(timer);
    this.wake();
  }

  drop(timer: Timer): void {
    if (timer.queued) this.#count(timer, -1);
    this.#timers.drop(timer);
  }

  setHopeful(timer: ClockTimer, hopeful: boolean): void {
    if (timer.hopeful === hopeful) return;
    timer.hopeful = hopeful;
    if (timer.queued && !timer.dropped) this.#hopeless += hopeful ? -1 : 1;
    this.wake();
  }

  // ---- what holds the clock -------------------------------------------------------------------------------------

  /** The clock stands still until the function that it gives back is called. */
  holdStill(): () => void {
    this.#held++;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#held--;
      this.wake();
    };
  }

  /** An immediate is on its way: +1; it has come, or was cleared: -1. */
  countImmediates(difference: 1 | -1): void {
    this.#immediates += difference;
    this.wake();
  }

  /** Is a timer of the loop's own set, and not only those of `setTimeout`? */
  sleeps(): boolean {
    return this.#loops > 0;
  }

  /** Is there work under way that takes real time? */
  works(): boolean {
    return this.#held > 0 || this.#requests?.() === true;
  }

  // ---- driving --------------------------------------------------------------------------------------------------

  /** There is something to look at again. */
  wake(): void {
    if (this.#awake || this.#closed) return;
    this.#unpark?.();
    this.#unpark = null;
    this.#awake = true;
    this.#real.soon(this.#step);
  }

  /** Does nothing until somebody wakes it; if nobody has after `ms` of real time, `over` is called. */
  park(ms: number, over: () => void): void {
    this.#unpark = this.#real.later(() => {
      this.#unpark = null;
      over();
    }, ms);
  }

  /** Calls `fn` after `ms` of real time, unless the function that it gives back is called before. */
  inRealTime(fn: () => void, ms: number): () => void {
    return this.#real.later(fn, ms);
  }

  /** Runs an iteration of the loop now. */
  turn(): void {
    this.#turn();
  }

  close(): void {
    this.#closed = true;
    this.#unpark?.();
    this.#real.close();
  }

  readonly #step = (): void => {
    this.#awake = false;
    if (this.#closed) return;
    if (this.#due) {
      this.#due = false;
      this.#turn();
    } else if (this.#immediates === 0 && !this.#owner.settled()) {
      if (this.#next !== null) this.#fireNext();
      else if (!this.#move()) return;
    }
    this.wake();
  };

  /** Moves on to what comes next; false if there is nothing to do. */
  #move(): boolean {
    if (this.#held > 0) {
      this.#unpark ??= this.#real.hold();
      return false;
    }
    if (this.#requests !== null && !this.#areRequestsOver()) return false;
    const deadline = this.#timers.size > this.#hopeless ? this.#timers.first() : undefined;
    if (deadline === undefined || !this.#owner.isRunning()) {
      this.#owner.stuck();
      return false;
    }
    if (deadline > this.#now) {
      this.#now = deadline;
      this.#turns = 0;
    }
    this.#fireDue();
    return true;
  }

  /** Between two parts of a request there may be a macrotask in which the runtime lists nothing. */
  #areRequestsOver(): boolean {
    if (this.#requests!()) {
      this.#quiet = false;
      this.park(1, () => this.wake());
      return false;
    }
    this.#quiet = !this.#quiet;
    if (this.#quiet) this.wake();
    return !this.#quiet;
  }

  /** The first timer that is due; those of the loop in a row. */
  #fireDue(): void {
    let fed = 0;
    let futures = 0;
    for (let timer = this.#shift(); timer !== undefined; timer = this.#shift()) {
      if (timer instanceof ClockTimer) {
        this.#next = timer;
        if (fed === 0) this.#fireNext();
        break;
      }
      this.#owner.feed(timer);
      fed++;
      if (Future.is(timer)) futures++;
    }
    if (fed === 0) return;
    this.#due = false;
    // No code of users runs when sleepers are woken, so no native microtask can come before the iteration in which they go on.
    this.#waking = futures === fed;
    this.#turn();
    this.#waking = false;
    if (!this.#again) return;
    this.#again = false;
    this.#turn();
  }

  #shift(): Timer | undefined {
    const timer = this.#timers.due(this.#now);
    if (timer !== undefined) this.#count(timer, -1);
    return timer;
  }

  #count(timer: Timer, difference: 1 | -1): void {
    if (!(timer instanceof ClockTimer)) this.#loops += difference;
    else if (!timer.hopeful) this.#hopeless += difference;
  }

  #fireNext(): void {
    const timer = this.#next as ClockTimer;
    this.#next = null;
    if (!timer.dropped) timer.fire();
  }
}
