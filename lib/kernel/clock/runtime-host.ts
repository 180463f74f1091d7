import { type Host, LONGEST } from './host.js';

/** After so many ms of iterations in microtasks the next one comes from a macrotask, so that timers and I/O have a turn. */
const BUDGET = 5;

/** The clock is read when so many handles have run. */
const RARELY = 8;

interface Global {
  readonly setImmediate?: ((fn: () => void) => { unref?(): void }) | undefined;
  readonly setTimeout: (fn: () => void, ms: number) => { unref?(): void } | number;
  readonly clearTimeout: (timer: unknown) => void;
  readonly setInterval: (fn: () => void, ms: number) => unknown;
  readonly clearInterval: (timer: unknown) => void;
  readonly queueMicrotask: (fn: () => void) => void;
  readonly performance: { now(): number };
  readonly Date: { now(): number };
}

/** No run in virtual time replaces it, and to look at it makes it. */
const channels = globalThis as {
  MessageChannel?: new () => { port1: { onmessage: (() => void) | null }; port2: { postMessage(x: unknown): void } };
};

/** Looked up whenever used, so that fake timers work. */
const globals = globalThis as unknown as Global;

/** What hosts the loops: the globals; while a run in virtual time replaces those, what they were before. */
let outside = globals;

/**
 * What the globals are at this moment goes on to host the loops that were made until now, until the function given back is called:
 * their time is not that of whoever replaces the globals from now on. Loops that are made meanwhile use the new ones. The
 * functions are called on their own, and not as methods of this: browsers refuse another `this` than theirs.
 *
 * @internal
 */
export function keepHost(): () => void {
  const before = outside;
  const { setImmediate, setTimeout, clearTimeout, setInterval, clearInterval, queueMicrotask } = globals;
  const { performance, Date } = globals;
  const { now } = performance;
  const dateNow = Date.now;
  outside = {
    setImmediate,
    setTimeout,
    clearTimeout,
    setInterval,
    clearInterval,
    queueMicrotask,
    performance: { now: () => now.call(performance) },
    Date: { now: () => dateNow() },
  };
  return () => {
    outside = before;
  };
}

/** What this does a promise does faster; unless it has been replaced. */
const { queueMicrotask: nativeMicrotask } = globals;
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
  /** Where it was made: while that is so, the globals host it, whoever has replaced them. */
  readonly #madeIn = outside;
  /** When it began, or NaN. */
  #burst = NaN;
  /** How many handles ran since the clock was read: to read it costs as much as to run one. */
  #ran = RARELY;
  #marked = false;
  #timer: unknown = undefined;
  #clearTimer = globals.clearTimeout;
  /** What the timer and the next call were asked of: fake timers come and go, and take with them what they were asked. */
  #timerFrom = globals.setTimeout;
  #microtasks: Global['queueMicrotask'] | null = null;
  #macrotasks: Global['setImmediate'] | null = null;
  #armed: number | undefined;
  #held: unknown = undefined;

  constructor(turn: () => void) {
    this.#turn = turn;
  }

  get #host(): Global {
    return outside === this.#madeIn ? globals : outside;
  }

  now(): number {
    return this.#host.performance.now();
  }

  epoch(): number {
    return this.#host.Date.now();
  }

  soon(ran: number): void {
    if (this.#isBurstOver(ran)) {
      this.#microtasks = null;
      this.#macrotasks = this.#host.setImmediate;
      this.#burst = NaN;
      macrotask(this.#host, this.#turn);
    } else {
      const { queueMicrotask } = this.#host;
      this.#microtasks = queueMicrotask;
      if (queueMicrotask === nativeMicrotask) void resolved.then(this.#turn);
      else queueMicrotask(this.#turn);
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
      ? this.#macrotasks !== this.#host.setImmediate
      : this.#microtasks !== this.#host.queueMicrotask;
  }

  idle(): void {
    if (this.#marked || Number.isNaN(this.#burst)) return;
    this.#marked = true;
    const marker = macrotask(this.#host, () => {
      this.#marked = false;
      this.#burst = NaN;
    });
    marker?.unref?.();
  }

  at(deadline: number | undefined): void {
    const { setTimeout, clearTimeout } = this.#host;
    const same = this.#timerFrom === setTimeout;
    // A timer armed too early wakes the loop in vain, once; one that is no longer needed would hold the process.
    if (deadline !== undefined && this.#armed !== undefined && this.#armed <= deadline && same) return;
    const clearTimer = this.#clearTimer; // called on its own: browsers refuse another `this`
    if (this.#armed !== undefined) clearTimer(this.#timer);
    this.#armed = deadline === Infinity ? undefined : deadline;
    if (this.#armed === undefined) return;
    this.#timerFrom = setTimeout;
    this.#clearTimer = clearTimeout;
    const delay = Math.min(LONGEST, Math.max(0, Math.ceil(this.#armed - this.now())));
    this.#timer = setTimeout(() => {
      this.#armed = undefined;
      this.#burst = NaN;
      this.#turn();
    }, delay);
  }

  hold(): void {
    const { setInterval } = this.#host;
    this.#held ??= setInterval(() => {}, LONGEST);
  }

  release(): void {
    const { clearInterval } = this.#host;
    clearInterval(this.#held);
    this.#held = undefined;
  }
}

/** Calls `fn` after I/O and timers had a turn, by what the platform has. */
function macrotask(host: Global, fn: () => void): { unref?(): void } | undefined {
  const { setImmediate, setTimeout } = host;
  if (setImmediate) return setImmediate(fn);
  if (channels.MessageChannel) {
    const { port1, port2 } = new channels.MessageChannel();
    port1.onmessage = () => {
      port1.onmessage = null;
      fn();
    };
    port2.postMessage(null);
    return undefined;
  }
  setTimeout(fn, 0);
  return undefined;
}
