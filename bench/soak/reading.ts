import { getEventListeners } from 'node:events';
import { setTimeout as later } from 'node:timers/promises';
import { allTasks, getEventLoop } from 'rxtasks';
import type { Things } from './things.js';

/** What might grow, when nothing runs. */
export interface Reading {
  /** Bytes on the heap, after the collector. */
  readonly heap: number;
  /** Handles, timers and requests of the runtime. */
  readonly resources: number;
  /** Listeners of the process, of all events. */
  readonly processListeners: number;
  /** Listeners of a signal that outlives all storms. */
  readonly signalListeners: number;
  /** Tasks of the default loop; one of them outlives all storms. */
  readonly tasks: number;
}

/** Lets what has ended go: callbacks that are ready, garbage and what is told when it is collected. */
export async function settle(): Promise<void> {
  for (let n = 0; n < 3; n++) {
    (globalThis as { gc?: () => void }).gc!();
    await later(5);
  }
}

export function read({ signal }: Things): Reading {
  return {
    heap: process.memoryUsage().heapUsed,
    resources: process.getActiveResourcesInfo().length,
    processListeners: process.eventNames().reduce((sum, event) => sum + process.listenerCount(event), 0),
    signalListeners: getEventListeners(signal, 'abort').length,
    tasks: allTasks(getEventLoop()).size,
  };
}
