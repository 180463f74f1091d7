import { type RunHelpers, TestScheduler } from 'rxjs/testing';
import { Observable } from 'rxjs';
import { type Coroutine, EventLoop, type ExceptionContext, Future, coroutine, getRunningLoop, sleep } from 'rxtasks';
import { ADD, REMOVE, type Runnable } from '../../lib/kernel/ground/protocol.js';

export interface WorkOptions {
  /** It fails at its end, with an Error of its name. */
  readonly fails?: boolean;
  /** How long it takes to clean up when it is cancelled. */
  readonly cleanUp?: number;
  /** The clean-up fails, with an Error `<name> is not clean`. */
  readonly cleanUpFails?: boolean;
}

/** Work whose life is noted, with the time: `a starts at 0`, `a ends at 10`, or `a cancelled at 5`, `a clean at 7`. */
export function workshop() {
  const events: string[] = [];
  const note = (what: string) => void events.push(`${what} at ${getRunningLoop().time()}`);
  const work: (name: string, ms: number, options?: WorkOptions) => Coroutine<string> = coroutine(function* (
    name: string,
    ms: number,
    { fails, cleanUp = 0, cleanUpFails }: WorkOptions = {},
  ) {
    note(`${name} starts`);
    try {
      yield* sleep(ms);
    } catch (error) {
      note(`${name} cancelled`);
      yield* sleep(cleanUp);
      note(`${name} clean`);
      throw cleanUpFails ? new Error(`${name} is not clean`) : error;
    }
    note(`${name} ends`);
    if (fails) throw new Error(name);
    return name;
  });
  return { events, note, work };
}

/** Collects what goes to the exception handler, as `kind: message of the error`. */
export function reports() {
  const list: string[] = [];
  const onContext = ({ kind, exception }: ExceptionContext) =>
    void list.push(`${kind}: ${(exception as Error).message}`);
  return { list, onContext };
}

export interface Marbles extends RunHelpers {
  readonly loop: EventLoop;
  /** Subscribes inside of the loop, as a task would. */
  inLoop<T>(source: Observable<T>): Observable<T>;
}

/** Runs `body` with marbles, and with a loop in the same virtual time. Nothing may go to the exception handler. */
export function marbles(body: (helpers: Marbles) => void): void {
  const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
  const loop = new EventLoop({ scheduler });
  const unexpected: ExceptionContext[] = [];
  loop.setExceptionHandler((_loop, context) => unexpected.push(context));
  scheduler.run((helpers) =>
    body({
      ...helpers,
      loop,
      inLoop: (source) =>
        new Observable((subscriber) => {
          const handle = loop.callSoon(() => subscriber.add(source.subscribe(subscriber)));
          return () => handle.cancel();
        }),
    }),
  );
  expect(unexpected).toEqual([]);
}

/** A signal that counts its listeners. */
export function countedSignal(signal: AbortSignal): { readonly listeners: number } {
  const listeners = new Set<unknown>();
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = function (this: AbortSignal, ...args: Parameters<typeof addEventListener>) {
    listeners.add(args[1]);
    addEventListener.apply(this, args);
  } as typeof addEventListener;
  signal.removeEventListener = function (this: AbortSignal, ...args: Parameters<typeof removeEventListener>) {
    listeners.delete(args[1]);
    removeEventListener.apply(this, args);
  } as typeof removeEventListener;
  return {
    get listeners() {
      return listeners.size;
    },
  };
}

/** Counts who waits to be told when `future` is done. */
export function countedWatchers(future: Future<unknown>): { readonly watchers: number } {
  const watchers = new Set<Runnable>();
  future[ADD] = function (entry) {
    watchers.add(entry);
    Future.prototype[ADD].call(this, entry);
  };
  future[REMOVE] = function (entry) {
    watchers.delete(entry);
    Future.prototype[REMOVE].call(this, entry);
  };
  return {
    get watchers() {
      return watchers.size;
    },
  };
}
