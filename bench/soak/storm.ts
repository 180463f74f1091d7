import { interval, of, switchMap, take, takeUntil } from 'rxjs';
import {
  BrokenBarrierError,
  type Coroutine,
  type ExceptionContext,
  ExceptionGroup,
  FIRST_COMPLETED,
  type Resume,
  type Task,
  type TaskGroup,
  TimeoutError,
  allTasks,
  asCompleted,
  coroutine,
  createTask,
  currentTask,
  gather,
  getRunningLoop,
  isCancelled,
  mapTask,
  resultOf,
  shield,
  sleep,
  wait,
  waitFor,
  withTaskGroup,
  withTimeout,
} from 'rxtasks';
import type { Random } from './random.js';
import type { Things } from './things.js';

/** What the tasks of a storm fail with. */
export class Lightning extends Error {
  override name = 'Lightning';
}

/** Does an error come of nothing but what storms do on purpose? */
function isMeant(error: unknown): boolean {
  if (error instanceof ExceptionGroup) return error.errors.every(isMeant);
  return error instanceof Lightning || error instanceof TimeoutError || error instanceof BrokenBarrierError;
}

/**
 * Is it to be expected that this is told to the exception handler? In a storm tasks fail, or are cancelled for the second time, when whoever
 * waited for them is gone. What a callback throws is a fault, and so are errors of other kinds.
 */
export function isExpected({ kind, exception }: ExceptionContext): boolean {
  return kind !== 'callback' && kind !== 'stuck' && (isMeant(exception) || isCancelled(exception));
}

/** What a storm is like. */
export interface Weather {
  readonly random: Random;
  readonly things: Things;
  /** False where there is virtual time alone, without promises. */
  readonly asyncFunctions: boolean;
  /** How often it starts a few tasks, unless `calm()` says that it is enough. */
  readonly gusts: number;
  readonly calm?: () => boolean;
}

type Steps = Generator<void, void, Resume>;

/** How deep tasks start tasks that start tasks. */
const DEPTH = 3;
/** The longest sleep and the longest time limit, in ms. */
const LONGEST = 12;

/**
 * Tasks that start, cancel, await and fail each other at random, and share things meanwhile. It is over when all of them have ended:
 * some by themselves, the rest cancelled.
 */
export function storm(weather: Weather): Coroutine<number> {
  return rage(new Storm(weather));
}

const rage = coroutine(function* storm(storm: Storm) {
  return yield* storm.rage();
});

class Storm {
  readonly #weather: Weather;
  readonly #random: Random;
  readonly #things: Things;
  readonly #tasks = new Set<Task<unknown>>();
  readonly #kinds: readonly ((depth: number) => Steps)[];
  readonly #leaves: readonly ((depth: number) => Steps)[];
  #started = 0;
  /** A cold one, for pipelines. */
  readonly #gust = coroutine((depth: number) => this.#blow(depth));

  constructor(weather: Weather) {
    this.#weather = weather;
    this.#random = weather.random;
    this.#things = weather.things;
    this.#leaves = [this.#nap, this.#yields, this.#fail, this.#watch, this.#callbacks, this.#cancelSomebody];
    const sharing = [this.#hold, this.#wakeUp, this.#signalOthers, this.#meet, this.#produce, this.#consume];
    const starting = [
      this.#gather,
      this.#wait,
      this.#asCompleted,
      this.#limit,
      this.#protect,
      this.#group,
      this.#spawn,
    ];
    const streaming = [this.#switch, this.#map, this.#untilDone];
    this.#kinds = [...this.#leaves, ...sharing, ...starting, ...streaming];
    if (weather.asyncFunctions) this.#kinds = [...this.#kinds, this.#asyncFunction, this.#asyncFunction];
  }

  /** Gives the number of tasks that it has started itself. */
  *rage(): Generator<void, number, Resume> {
    const { gusts, calm, things } = this.#weather;
    for (let n = 0; n < gusts && calm?.() !== true; n++) {
      for (let few = this.#random.below(8); few >= 0; few--) this.#start(DEPTH);
      yield* sleep(this.#random.below(3));
    }
    for (const task of this.#tasks) if (this.#random.chance(50)) task.cancel('the storm abates');
    if (this.#tasks.size > 0) yield* wait(this.#tasks, { timeout: 2 * LONGEST });
    for (;;) {
      const self = currentTask();
      const left = [...allTasks(getRunningLoop())].filter((task) => task !== self && task !== things.forever);
      if (left.length === 0) break;
      for (const task of left) task.cancel('the storm is over');
      yield* wait(left);
    }
    things.empty();
    return this.#started;
  }

  #start(depth: number, options: { readonly signal?: AbortSignal } = {}): Task<unknown> {
    const task = createTask(() => this.#blow(depth - 1), options);
    this.#started++;
    this.#tasks.add(task);
    task.addDoneCallback(() => {
      this.#tasks.delete(task);
      if (!task.cancelled()) task.exception(); // somebody has looked
    });
    return task;
  }

  /** Something of any kind; what fails on purpose sometimes goes up to whoever waits. Clean-up may take time. */
  *#blow(depth: number): Steps {
    try {
      yield* this.#random.pick(depth > 0 ? this.#kinds : this.#leaves).call(this, depth);
    } catch (error) {
      if (!isMeant(error) || this.#random.chance(30)) throw error;
    } finally {
      if (this.#random.chance(20)) yield* sleep(this.#time());
    }
  }

  #time(): number {
    return this.#random.below(LONGEST);
  }

  /** Sources of tasks: one to three. */
  #several(depth: number): (() => Steps)[] {
    return Array.from({ length: 1 + this.#random.below(3) }, () => () => this.#blow(depth - 1));
  }

  // ---- alone ----------------------------------------------------------------------------------------------------

  *#nap(): Steps {
    yield* sleep(this.#time());
  }

  *#yields(): Steps {
    for (let n = this.#random.below(10); n > 0; n--) yield;
  }

  *#fail(): Steps {
    yield* sleep(this.#time());
    throw new Lightning('a task fails');
  }

  /** Looks at a task that outlives the storm, and looks away. */
  *#watch(): Steps {
    const { forever } = this.#things;
    const subscriptions = Array.from({ length: 5 }, () => forever.subscribe({ error: () => {} }));
    const callback = () => {};
    forever.addDoneCallback(callback);
    try {
      const scheduler = getRunningLoop().scheduler;
      yield* resultOf(interval(1, scheduler).pipe(take(1 + this.#random.below(3)), takeUntil(forever)));
    } finally {
      for (const subscription of subscriptions) subscription.unsubscribe();
      forever.removeDoneCallback(callback);
    }
  }

  *#callbacks(): Steps {
    const loop = getRunningLoop();
    const called = loop.createFuture<void>();
    const handles = [
      loop.callLater(1000, () => {}),
      loop.callSoon(() => {}),
      loop.callLater(this.#time(), () => void (called.done() || called.setResult())),
    ];
    try {
      yield* called;
    } finally {
      for (const handle of handles) handle.cancel();
    }
  }

  *#cancelSomebody(): Steps {
    if (this.#tasks.size > 0) this.#random.pick([...this.#tasks]).cancel('struck');
  }

  // ---- with what is shared --------------------------------------------------------------------------------------

  *#hold(depth: number): Steps {
    const { lock, semaphore, bounded } = this.#things;
    const guarded = this.#random.pick([lock, semaphore, bounded]);
    if (this.#random.chance(50)) {
      yield* guarded.runExclusive(() => this.#blow(depth - 1));
      return;
    }
    const guard = yield* withTimeout(LONGEST, () => guarded.acquire());
    try {
      yield* this.#nap();
    } finally {
      guard.release();
    }
  }

  *#wakeUp(): Steps {
    const { event } = this.#things;
    const choice = this.#random.below(3);
    if (choice === 0) event.set();
    else if (choice === 1) event.clear();
    else yield* withTimeout(this.#time(), () => event.wait());
  }

  *#signalOthers(): Steps {
    const { condition } = this.#things;
    yield* condition.runExclusive(() => this.#inCondition());
  }

  *#inCondition(): Steps {
    const { condition } = this.#things;
    const choice = this.#random.below(4);
    if (choice === 0) condition.notify(2);
    else if (choice === 1) condition.notifyAll();
    else yield* withTimeout(this.#time(), () => condition.wait());
  }

  *#meet(): Steps {
    yield* withTimeout(this.#time(), () => this.#things.barrier.wait());
  }

  *#produce(): Steps {
    const queue = this.#random.pick(this.#things.queues);
    yield* withTimeout(LONGEST, function* () {
      for (let n = 0; n < 3; n++) yield* queue.put(n);
    });
    if (this.#random.chance(20)) yield* withTimeout(LONGEST, () => queue.join());
  }

  *#consume(): Steps {
    const queue = this.#random.pick(this.#things.queues);
    for (let n = this.#random.below(4); n > 0; n--) {
      yield* withTimeout(LONGEST, () => queue.get());
      queue.taskDone();
    }
  }

  // ---- with others ----------------------------------------------------------------------------------------------

  *#spawn(depth: number): Steps {
    const signal = this.#random.chance(50) ? this.#things.signal : undefined;
    const task = this.#start(depth, signal && { signal });
    const choice = this.#random.below(4);
    if (choice === 0) task.cancel();
    else if (choice > 1) yield* task;
  }

  *#gather(depth: number): Steps {
    yield* gather(this.#several(depth));
  }

  *#wait(depth: number): Steps {
    const tasks = this.#several(depth).map(() => this.#start(depth));
    const { pending } = yield* wait(tasks, {
      ...(this.#random.chance(50) && { returnWhen: FIRST_COMPLETED }),
      ...(this.#random.chance(50) && { timeout: this.#time() }),
    });
    for (const task of pending) if (this.#random.chance(50)) task.cancel('too late');
  }

  *#asCompleted(depth: number): Steps {
    const tasks = this.#several(depth).map(() => this.#start(depth));
    const timeout = this.#random.chance(50) ? this.#time() : null;
    for (const next of asCompleted(tasks, { timeout })) {
      yield* next;
      if (this.#random.chance(20)) break;
    }
  }

  *#limit(depth: number): Steps {
    if (this.#random.chance(50)) yield* waitFor(() => this.#blow(depth - 1), this.#time());
    else yield* withTimeout(this.#time(), () => this.#blow(depth - 1));
  }

  *#protect(depth: number): Steps {
    yield* shield(this.#start(depth));
  }

  *#group(depth: number): Steps {
    const sources = this.#several(depth);
    yield* withTaskGroup((group) => this.#inGroup(group, sources));
  }

  *#inGroup(group: TaskGroup, sources: readonly (() => Steps)[]): Steps {
    for (const source of sources) group.createTask(source);
    yield* this.#nap();
    if (this.#random.chance(20)) group.cancel('enough');
    if (this.#random.chance(10)) throw new Lightning('the body of a group fails');
  }

  // ---- in pipelines, in async functions -------------------------------------------------------------------------

  *#switch(depth: number): Steps {
    const ticks = interval(1 + this.#time(), getRunningLoop().scheduler).pipe(take(3));
    yield* resultOf(ticks.pipe(switchMap(() => this.#gust(depth - 1))));
  }

  *#map(depth: number): Steps {
    yield* resultOf(of(1, 2, 3, 4).pipe(mapTask(() => this.#gust(depth - 1), { concurrency: 2 })));
  }

  /** Observes something until a task has ended, which may fail or be cancelled. */
  *#untilDone(depth: number): Steps {
    const task = this.#start(depth);
    const ticks = interval(1, getRunningLoop().scheduler).pipe(take(5));
    const subscription = ticks.pipe(takeUntil(task)).subscribe({ error: () => {} });
    try {
      yield* this.#nap();
    } finally {
      subscription.unsubscribe();
    }
  }

  *#asyncFunction(depth: number): Steps {
    yield* resultOf(() => this.#inAsyncFunction(depth));
  }

  async #inAsyncFunction(depth: number): Promise<void> {
    const { lock, semaphore } = this.#things;
    try {
      await Promise.resolve();
      await sleep(this.#time());
      await gather(this.#several(depth));
      using _ = await this.#random.pick([lock, semaphore]).acquire();
      await withTimeout(this.#time(), async () => {
        await sleep(this.#time());
      });
    } finally {
      if (this.#random.chance(20)) await sleep(this.#time());
    }
  }
}
