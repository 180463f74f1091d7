import { RuntimeError } from '../../errors/index.js';
import { ambientOwner } from '../now/ambient.js';
import { current } from '../now/current.js';
import { EventLoop, type EventLoopOptions } from './event-loop.js';
import { makeExemplars } from './exemplars.js';
import { flushingLoop } from '../clock/virtual-flush.js';

let defaultLoop: EventLoop | undefined;
const active: EventLoop[] = [];

/**
 * The loop to use here: the one whose handle runs, else the one on the virtual scheduler that flushes, else that of the task
 * that the ambient context knows, else that of the active `run()`, else the default loop, which is made on first use.
 *
 * ```ts
 * import { getEventLoop, run } from 'rxtasks';
 *
 * const outside = getEventLoop(); // the default loop
 * await run(async () => console.log(getEventLoop() === outside)); // false
 * ```
 *
 * asyncio: `asyncio.get_event_loop()`.
 */
export function getEventLoop(): EventLoop {
  return runningLoop() ?? active.at(-1) ?? (defaultLoop ??= makeDefaultLoop());
}

function makeDefaultLoop(): EventLoop {
  makeExemplars();
  return new EventLoop({ live: true } as EventLoopOptions);
}

/**
 * The loop that runs this very code.
 *
 * **Errors:** RuntimeError if none does.
 *
 * ```ts
 * import { getRunningLoop, run } from 'rxtasks';
 *
 * await run(function* () {
 *   const loop = getRunningLoop();
 *   console.log(loop.isRunning(), loop.time() >= 0); // true true
 * });
 * ```
 *
 * asyncio: `asyncio.get_running_loop()`.
 */
export function getRunningLoop(): EventLoop {
  const loop = runningLoop();
  if (loop) return loop;
  throw new RuntimeError('getRunningLoop(): no loop runs this code; getEventLoop() gives the one that would be used');
}

function runningLoop(): EventLoop | undefined {
  return current.loop ?? flushingLoop() ?? ambientOwner()?.task.loop;
}

/**
 * `loop` is that of an active `run()` until the function given back is called. A run in virtual time does not count: its
 * loop is known while it flushes, and one that never ends must not stand in the way of others - unless it is `always` to.
 *
 * @internal
 */
export function activate(loop: EventLoop, always = false): () => void {
  if (loop.virtual && !always) return () => {};
  active.push(loop);
  return () => void active.splice(active.indexOf(loop), 1);
}

/** Is a handle of some loop running at this very moment? @internal */
export function insideHandle(): boolean {
  return current.loop !== null;
}

/** Is a `run()` active? @internal */
export function hasActiveRun(): boolean {
  return active.length > 0;
}
