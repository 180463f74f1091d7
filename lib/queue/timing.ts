import type { Queue } from 'bullmq';
import { RuntimeError } from '../errors/index.js';
import type { Server } from './server.js';

/** How it is noticed that a worker was lost: the same on all workers of a queue. @internal */
export interface Timing {
  /** How long a worker that says nothing keeps its jobs, in ms. */
  readonly lockDuration: number;
  /** How often the workers look for such jobs, in ms. */
  readonly stalledInterval: number;
}

/** @internal */
export const DEFAULT_TIMING: Timing = { lockDuration: 10_000, stalledInterval: 5_000 };

const FIELD = 'rxtasks:timing';

/** What the workers of the queue have agreed on; where there were none yet, what they will by default. @internal */
export async function agreedTiming(queue: Queue): Promise<Timing> {
  const stored = await queue.getBackend().getQueueMetaField(FIELD);
  return stored === null ? DEFAULT_TIMING : (JSON.parse(stored) as Timing);
}

/**
 * Stores the timing with the queue, or finds it there.
 *
 * **Errors:** RuntimeError if the other workers that are there have agreed on another.
 *
 * @param isWorking this one is among those that are there
 * @internal
 */
export async function agreeOnTiming(queue: Queue, server: Server, timing: Timing, isWorking: boolean): Promise<void> {
  const { lockDuration, stalledInterval } = timing;
  const mine = JSON.stringify({ lockDuration, stalledInterval });
  const agreed = await server.agree(FIELD, mine, false);
  if (agreed === mine) return;
  if ((await queue.getWorkersCount()) <= (isWorking ? 1 : 0)) {
    await server.agree(FIELD, mine, true); // the others are history
    return;
  }
  throw new RuntimeError(
    `new QueueWorker(options): the workers of the queue '${queue.name}' have agreed on ${agreed}, this one has ${mine}; ` +
      'give it the same, or stop the others first',
  );
}
