import { LONGEST, type Resource, newResource } from '../../kernel/index.js';
import { ClockTimer, type RunClock } from '../clock/run-clock.js';
import type { Patches } from './patches.js';

type Callback = (...args: unknown[]) => unknown;

interface Global {
  setTimeout: (callback: Callback, ms?: unknown, ...args: unknown[]) => unknown;
  clearTimeout: (timer: unknown) => void;
  setInterval: (callback: Callback, ms?: unknown, ...args: unknown[]) => unknown;
  clearInterval: (timer: unknown) => void;
  setImmediate?: (callback: Callback, ...args: unknown[]) => unknown;
  clearImmediate?: (immediate: unknown) => void;
  requestAnimationFrame?: (callback: (time: number) => unknown) => number;
  cancelAnimationFrame?: (frame: number) => void;
}

/** The clock of a run, as what replaces the globals sees it. @internal */
export interface Clocked {
  readonly clock: RunClock;
  /** False: the run is over. Whoever has kept a function of its time gets what the original does. */
  readonly active: boolean;
  /** A callback has thrown. */
  threw(error: unknown): void;
}

/** How long a frame of animation is, in ms. */
const FRAME = 16;
/** Numbers of timers are none of those that the runtime has given. */
const FIRST_ID = 2 ** 40;

const promisified = Symbol.for('nodejs.util.promisify.custom');

/** Replaces `setTimeout` and its like by functions on the clock of a run. @internal */
export function patchTimers(patches: Patches, run: Clocked): void {
  const host = globalThis as unknown as Global;
  const { setTimeout, clearTimeout, setInterval, clearInterval } = host;
  const timers = new TimerList(run, makesNumbers(host));

  const functions = {
    setTimeout(callback: Callback, ms?: unknown, ...args: unknown[]): unknown {
      if (!run.active || typeof callback !== 'function') return setTimeout(callback, ms, ...args);
      return timers.add(callback, args, ms, false);
    },
    setInterval(callback: Callback, ms?: unknown, ...args: unknown[]): unknown {
      if (!run.active || typeof callback !== 'function') return setInterval(callback, ms, ...args);
      return timers.add(callback, args, ms, true);
    },
    clearTimeout(timer?: unknown): void {
      if (!timers.clear(timer)) clearTimeout(timer);
    },
    clearInterval(timer?: unknown): void {
      if (!timers.clear(timer)) clearInterval(timer);
    },
  };
  const later = (ms: number, value: unknown) =>
    new Promise((resolve) => functions.setTimeout(() => resolve(value), ms));
  if (promisified in setTimeout) Object.defineProperty(functions.setTimeout, promisified, { value: later });
  for (const [name, fn] of Object.entries(functions)) patches.set(host, name, fn);
  patchImmediates(patches, host, run);
  patchFrames(patches, host, run, timers);
}

/** Immediates stay those of the runtime; the clock waits for them. */
function patchImmediates(patches: Patches, host: Global, run: Clocked): void {
  const { setImmediate, clearImmediate } = host;
  if (!setImmediate || !clearImmediate) return;
  const pending = new Set<unknown>();
  const patched = (callback: Callback, ...args: unknown[]): unknown => {
    if (!run.active || typeof callback !== 'function') return setImmediate(callback, ...args);
    const immediate = setImmediate(() => {
      ended(immediate);
      guarded(run, () => callback(...args));
    });
    pending.add(immediate);
    run.clock.countImmediates(1);
    return immediate;
  };
  const ended = (immediate: unknown) => {
    if (pending.delete(immediate)) run.clock.countImmediates(-1);
  };
  Object.defineProperty(patched, 'name', { value: 'setImmediate' });
  const later = (value: unknown) => new Promise((resolve) => patched(() => resolve(value)));
  if (promisified in setImmediate) Object.defineProperty(patched, promisified, { value: later });
  patches.set(host, 'setImmediate', patched);
  patches.set(host, 'clearImmediate', (immediate?: unknown) => {
    ended(immediate);
    clearImmediate(immediate);
  });
}

/** The next frame begins at the next multiple of 16 ms; what was asked for until then is called at once. */
function patchFrames(patches: Patches, host: Global, run: Clocked, timers: TimerList): void {
  const { requestAnimationFrame, cancelAnimationFrame } = host;
  if (!requestAnimationFrame || !cancelAnimationFrame) return;
  const frames = new Map<number, unknown>();
  let last = FIRST_ID;
  patches.set(host, 'requestAnimationFrame', (callback: (time: number) => unknown) => {
    if (!run.active) return requestAnimationFrame(callback);
    const frame = ++last;
    const now = run.clock.now();
    const call = () => {
      frames.delete(frame);
      callback(run.clock.now());
    };
    frames.set(frame, timers.add(call, [], (Math.floor(now / FRAME) + 1) * FRAME - now, false));
    return frame;
  });
  patches.set(host, 'cancelAnimationFrame', (frame: number) => {
    if (frames.has(frame)) timers.clear(frames.get(frame));
    else cancelAnimationFrame(frame);
  });
}

/** Replaces `AbortSignal.timeout`. @internal */
export function patchAbortSignal(patches: Patches, run: Clocked): void {
  const { AbortSignal } = globalThis;
  const original = AbortSignal.timeout;
  patches.set(AbortSignal, 'timeout', function timeout(ms: number): AbortSignal {
    if (!run.active || typeof ms !== 'number' || !(ms >= 0 && ms <= Number.MAX_SAFE_INTEGER)) {
      return original.call(AbortSignal, ms);
    }
    const controller = new AbortController();
    const abort = () => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
    run.clock.push(new ClockTimer(run.clock.now() + Math.trunc(ms), () => guarded(run, abort), true));
    return controller.signal;
  });
}

function guarded(run: Clocked, fn: () => unknown): void {
  try {
    fn();
  } catch (error) {
    run.threw(error);
  }
}

/** The timers that were made in a run. */
class TimerList {
  readonly #run: Clocked;
  readonly #numbers: boolean;
  readonly #timers = new Map<number, VirtualTimer>();
  #last = FIRST_ID;

  constructor(run: Clocked, numbers: boolean) {
    this.#run = run;
    this.#numbers = numbers;
  }

  add(callback: Callback, args: unknown[], ms: unknown, repeats: boolean): unknown {
    const id = ++this.#last;
    const timer = new VirtualTimer(this.#run, callback, args, delayOf(ms), repeats, () => this.#timers.delete(id), id);
    this.#timers.set(id, timer);
    return this.#numbers ? id : timer;
  }

  /** False if it is none of these. */
  clear(timer: unknown): boolean {
    if (timer instanceof VirtualTimer) {
      timer.close();
      return true;
    }
    const found = typeof timer === 'number' || typeof timer === 'string' ? this.#timers.get(Number(timer)) : undefined;
    found?.close();
    return found !== undefined;
  }
}

/** What `setTimeout` gives on Node. */
class VirtualTimer {
  readonly #run: Clocked;
  readonly #callback: Callback;
  readonly #args: unknown[];
  readonly #delay: number;
  readonly #repeats: boolean;
  readonly #ended: () => void;
  readonly #id: number;
  /** The async context in which the timer was made: the callback is called in it. */
  readonly #resource: Resource | null;
  #timer: ClockTimer | null = null;
  #hasRef = true;
  #closed = false;

  constructor(
    run: Clocked,
    callback: Callback,
    args: unknown[],
    delay: number,
    repeats: boolean,
    ended: () => void,
    id: number,
  ) {
    this.#run = run;
    this.#callback = callback;
    this.#args = args;
    this.#delay = delay;
    this.#repeats = repeats;
    this.#ended = ended;
    this.#id = id;
    this.#resource = newResource('Timeout');
    this.#arm();
  }

  ref(): this {
    return this.#setRef(true);
  }

  unref(): this {
    return this.#setRef(false);
  }

  hasRef(): boolean {
    return this.#hasRef;
  }

  /** Starts again from now. */
  refresh(): this {
    if (this.#closed || !this.#run.active) return this;
    this.#disarm();
    this.#arm();
    return this;
  }

  close(): this {
    this.#closed = true;
    this.#disarm();
    this.#ended();
    return this;
  }

  [Symbol.toPrimitive](): number {
    return this.#id;
  }

  [Symbol.dispose ?? Symbol.for('Symbol.dispose')](): void {
    this.close();
  }

  get #hopeful(): boolean {
    return this.#hasRef && this.#delay < LONGEST;
  }

  #setRef(hasRef: boolean): this {
    this.#hasRef = hasRef;
    if (this.#timer !== null) this.#run.clock.setHopeful(this.#timer, this.#hopeful);
    return this;
  }

  #arm(): void {
    const { clock } = this.#run;
    this.#timer = new ClockTimer(clock.now() + this.#delay, () => this.#fire(), this.#hopeful);
    clock.push(this.#timer);
  }

  #disarm(): void {
    if (this.#timer === null) return;
    this.#timer.dropped = true;
    this.#run.clock.drop(this.#timer);
    this.#timer = null;
  }

  #fire(): void {
    const fired = this.#timer;
    const call = () => guarded(this.#run, () => this.#callback(...this.#args));
    if (this.#resource === null) call();
    else this.#resource.runInAsyncScope(call, undefined);
    if (this.#closed || this.#timer !== fired) return; // cleared, or refreshed
    this.#timer = null;
    if (this.#repeats) this.#arm();
    else this.#ended();
  }
}

/** As on Node: in whole milliseconds, at least 1, and 1 if it is too long. */
function delayOf(ms: unknown): number {
  const delay = Math.trunc(Number(ms));
  return delay >= 1 && delay <= LONGEST ? delay : 1;
}

/** Browsers give numbers, Node objects. */
function makesNumbers(host: Global): boolean {
  const timer = host.setTimeout(() => {}, 0);
  host.clearTimeout(timer);
  return typeof timer === 'number';
}
