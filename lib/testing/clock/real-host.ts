import { LONGEST, builtin } from '../../kernel/index.js';

interface Timers {
  setImmediate?(fn: () => void): unknown;
  setTimeout(fn: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
  setInterval(fn: () => void, ms: number): unknown;
  clearInterval(timer: unknown): void;
}

interface Global extends Timers {
  queueMicrotask(fn: () => void): void;
  MessageChannel?: new () => {
    port1: { onmessage: (() => void) | null; close(): void };
    port2: { postMessage(message: unknown): void };
  };
}

/** What the runtime itself does, also while the globals are patched: made before they are. @internal */
export interface RealHost {
  /** Calls `fn` after the microtasks and those macrotasks that are due. One call at a time. */
  soon(fn: () => void): void;
  microtask(fn: () => void): void;
  /** Calls `fn` after `ms` of real time, unless the function that it gives back is called before. */
  later(fn: () => void, ms: number): () => void;
  /** Keeps the process alive until the function that it gives back is called. */
  hold(): () => void;
  /** There is nothing more to be called. */
  close(): void;
}

/** @internal */
export function realHost(): RealHost {
  const host = globalThis as unknown as Global;
  const timers = builtin<Timers>('node:timers') ?? host;
  const { setTimeout, clearTimeout, setInterval, clearInterval } = timers;
  const queueMicrotask = host.queueMicrotask;
  return {
    ...macrotasks(timers, host),
    microtask: (fn) => queueMicrotask(fn),
    later(fn, ms) {
      const timer = setTimeout(fn, Math.min(ms, LONGEST));
      return () => clearTimeout(timer);
    },
    hold() {
      const timer = setInterval(() => {}, LONGEST);
      return () => clearInterval(timer);
    },
  };
}

/** What the platform has: setImmediate; a MessageChannel, as browsers have; a timer. */
function macrotasks(timers: Timers, host: Global): Pick<RealHost, 'soon' | 'close'> {
  const { setImmediate, setTimeout } = timers;
  if (setImmediate) return { soon: (fn) => void setImmediate(fn), close() {} };
  if (!host.MessageChannel) return { soon: (fn) => void setTimeout(fn, 0), close() {} };
  const { port1, port2 } = new host.MessageChannel();
  let next: (() => void) | undefined;
  port1.onmessage = () => next?.();
  return {
    soon(fn) {
      next = fn;
      port2.postMessage(null);
    },
    close() {
      next = undefined;
      port1.close();
    },
  };
}
