import {
  Barrier,
  BoundedSemaphore,
  Condition,
  Event,
  LifoQueue,
  Lock,
  PriorityQueue,
  Queue,
  Semaphore,
  type Task,
  createTask,
  getRunningLoop,
} from 'rxtasks';

/** What the tasks of storms share. It outlives them, and is to be as it was before when they have ended. */
export class Things {
  readonly lock = new Lock();
  readonly semaphore = new Semaphore(3);
  readonly bounded = new BoundedSemaphore(2);
  readonly condition = new Condition();
  readonly event = new Event();
  readonly barrier = new Barrier(3);
  readonly queues = [new Queue<number>(4), new LifoQueue<number>(2), new PriorityQueue<number>()] as const;
  readonly #abort = new AbortController();
  /** A signal that never aborts. */
  readonly signal = this.#abort.signal;
  /** A task that does not end until `close()`, to be watched. */
  readonly forever: Task<void>;
  readonly #atRest: string;

  constructor() {
    const never = getRunningLoop().createFuture<void>();
    this.forever = createTask(
      function* () {
        yield* never;
      },
      { name: 'forever' },
    );
    this.#atRest = this.state;
  }

  /** As texts: who holds and who waits, what is left in the queues. */
  get state(): string {
    const { lock, semaphore, bounded, condition, event, barrier, queues } = this;
    return [lock, semaphore, bounded, condition, event, barrier, ...queues].join('\n');
  }

  /** Takes out what was left on purpose: items that nobody has taken, an event that is set. */
  empty(): void {
    this.event.clear();
    for (const queue of this.queues) {
      while (!queue.empty()) {
        queue.getNowait();
        queue.taskDone();
      }
    }
  }

  /** What is not as it was before the first storm. */
  differences(): string[] {
    return this.state === this.#atRest ? [] : [`things that are shared: ${this.state}; at rest: ${this.#atRest}`];
  }

  close(): void {
    this.forever.cancel();
  }
}
