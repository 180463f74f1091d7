import { PEEK, type Task, type TaskObserver } from '../../kernel/index.js';
import type { Lane, LaneEvent, LaneWait } from './lane.js';

/** Writes down the lanes of all tasks of a loop. @internal */
export class LaneRecorder implements TaskObserver {
  readonly #now: () => number;
  readonly #lanes = new Map<Task<unknown>, RecordedLane>();

  constructor(now: () => number) {
    this.#now = now;
  }

  created(task: Task<unknown>): void {
    this.#lanes.set(task, new RecordedLane(task));
  }

  stepping(task: Task<unknown>): void {
    // asked to cancel before its first step: nothing is called, subscribed or iterated
    if (task.cancelling() === 0) this.#lanes.get(task)?.start(this.#now());
  }

  suspended(task: Task<unknown>): void {
    if (task.cancelling() === 0) this.#lanes.get(task)?.wait(this.#now());
  }

  reported(task: Task<unknown>, value: unknown): void {
    this.#lanes.get(task)?.add({ frame: this.#now(), kind: 'reported', value });
  }

  cancelRequested(task: Task<unknown>): void {
    this.#lanes.get(task)?.askToCancel(this.#now());
  }

  ended(task: Task<unknown>): void {
    this.#lanes.get(task)?.end(this.#now());
  }

  /** The tasks seen so far, in the order of their creation. */
  get tasks(): Task<unknown>[] {
    return [...this.#lanes.keys()];
  }

  /** The lane of `task` up to now; undefined if it is none of this loop. A failure that it tells of counts as retrieved. */
  laneOf(task: Task<unknown>): Lane | undefined {
    return this.#lanes.get(task)?.lane();
  }
}

class RecordedLane {
  readonly #task: Task<unknown>;
  readonly #events: LaneEvent[] = [];
  readonly #waits: LaneWait[] = [];
  #started = false;
  #ended: number | undefined;

  constructor(task: Task<unknown>) {
    this.#task = task;
  }

  add(event: LaneEvent): void {
    this.#events.push(event);
  }

  start(frame: number): void {
    if (this.#started) return;
    this.#started = true;
    this.add({ frame, kind: 'started' });
  }

  askToCancel(frame: number): void {
    this.add({ frame, kind: 'cancel requested' });
    this.#waits.push({ frame, kind: 'cleaning up' });
  }

  /** It waits, and no request to cancel stands. */
  wait(frame: number): void {
    if (this.#waits.at(-1)?.kind === 'cleaning up') this.#waits.push({ frame, kind: 'waiting' });
  }

  end(frame: number): void {
    this.#ended = frame;
  }

  lane(): Lane {
    return { events: [...this.#events, ...this.#end()], waits: this.#waits };
  }

  #end(): LaneEvent[] {
    const frame = this.#ended;
    if (frame === undefined) return [];
    const end: LaneEvent[] = [];
    this.#task[PEEK](
      (value) => end.push({ frame, kind: 'finished', value }),
      (value) => end.push({ frame, kind: this.#task.cancelled() ? 'cancelled' : 'failed', value }),
    );
    return end;
  }
}
