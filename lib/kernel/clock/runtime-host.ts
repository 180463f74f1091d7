import { type Host, LONGEST } from './host.js';

/** After so many ms of iterations in microtasks the next one comes from a macrotask, so that timers and I/O have a turn. */
const BUDGET = 5;

/** The clock is read when so many handles have run. */
const RARELY = 8;

interface Global {
  setImmediate?(fn: () => void): { unref?(): void };
  setTimeout(fn: () => void, ms: number): { unref?(): void } | number;
  clearTimeout(timer: unknown): void;
  setInterval(fn: () => void, ms: number): unknown;
  clearInterval(timer: unknown): void;
  queueMicrotask(fn: () => void): void;
  performance: { now(): number };
  MessageChannel?: new () => { port1: { onmessage: (() => void) | null }; port2: { postMessage(x: unknown): void } };
}

/** Looked up whenever used, so that fake timers work. */
const host = globalThis as unknown as Global;

/** What this does a promise does faster; unless it has been replaced. */
const { queueMicrotask } = host;
const resolved = /* @__PURE__ */ Promise.resolve();

/**
 * The JavaScript runtime as host: microtasks to go on, one `setTimeout` for the first deadline, a monotonic clock.
 *
 * A burst is a time during which iterations follow each other without a macrotask in between. It begins with the first
 * iteration; that it is over is known when a macrotask of our own has run, which is asked for when the loop goes idle.
 *
 * @internal
 */
export class RuntimeHost implements Host {
  readonly drains = false;
  readonly virtual = false;
  readonly #turn: () => void;
  /** When it began, or NaN. */
  #burst = NaN;
  /** How many handles ran since the clock was read: to read it costs as much as to run one. */
  #ran = RARELY;
  #marked = false;
  #timer: unknown = undefined;
  #clearTimer = host.clearTimeout;
  /** What the timer and the next call were asked of: fake timers come and go, and take with them what they were asked. */
  #timerFrom = host.setTimeout;
  #microtasks: Global['queueMicrotask'] | null = null;
  #macrotasks: Global['setImmediate'] | null = null;
  #armed: number | undefined;
  #held: unknown = undefined;

  constructor(turn: () => void) {
    this.#turn = turn;
  }

  now(): number {
    return host.performance.now();
  }

  epoch(): number {
    return Date.now();
  }

  soon(ran: number): void {
    if (this.#isBurstOver(ran)) {
      this.#microtasks = null;
      this.#macrotasks = host.setImmediate;
      this.#burst = NaN;
      macrotask(this.#turn);
    } else {
      this.#microtasks = host.queueMicrotask;
      if (host.queueMicrotask === queueMicrotask) void resolved.then(this.#turn);
      else host.queueMicrotask(this.#turn);
    }
  }

  #isBurstOver(ran: number): boolean {
    this.#ran += ran;
    if (this.#ran < RARELY) return false;
    this.#ran = 0;
    const now = this.now();
    if (Number.isNaN(this.#burst)) this.#burst = now;
    return now - this.#burst >= BUDGET;
  }

  lost(): boolean {
    return this.#microtasks === null
      ? this.#macrotasks !== host.setImmediate
      : this.#microtasks !== host.queueMicrotask;
  }

  idle(): void {
    if (this.#marked || Number.isNaN(this.#burst)) return;
    this.#marked = true;
    const marker = macrotask(() => {
      this.#marked = false;
      this.#burst = NaN;
    });
    marker?.unref?.();
  }

  at(deadline: number | undefined): void {
    const same = this.#timerFrom === host.setTimeout;
    // A timer armed too early wakes the loop in vain, once; one that is no longer needed would hold the process.
    if (deadline !== undefined && this.#armed !== undefined && this.#armed <= deadline && same) return;
    const clearTimer = this.#clearTimer; // called on its own: browsers refuse another `this`
    if (this.#armed !== undefined) clearTimer(this.#timer);
    this.#armed = deadline === Infinity ? undefined : deadline;
    if (this.#armed === undefined) return;
    this.#timerFrom = host.setTimeout;
    this.#clearTimer = host.clearTimeout;
    const delay = Math.min(LONGEST, Math.max(0, Math.ceil(this.#armed - this.now())));
    this.#timer = host.setTimeout(() => {
      this.#armed = undefined;
      this.#burst = NaN;
      this.#turn();
    }, delay);
  }

  hold(): void {
    this.#held ??= host.setInterval(() => {}, LONGEST);
  }

  release(): void {
    host.clearInterval(this.#held);
    this.#held = undefined;
  }
}

/** Calls `fn` after I/O and timers had a turn, by what the platform has. */
function macrotask(fn: () => void): { unref?(): void } | undefined {
  if (host.setImmediate) return host.setImmediate(fn);
  if (host.MessageChannel) {
    const { port1, port2 } = new host.MessageChannel();
    port1.onmessage = () => {
      port1.onmessage = null;
      fn();
    };
    port2.postMessage(null);
    return undefined;
  }
  host.setTimeout(fn, 0);
  return undefined;
}
