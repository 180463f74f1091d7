import { RuntimeError } from '../../errors/index.js';
import {
  type ExceptionContext,
  type Future,
  type Task,
  activate,
  allTasks,
  errorText,
  keepHost,
  text,
} from '../../kernel/index.js';
import { Runner } from '../../run/index.js';
import { type ActiveRun, currentTest, noteActive } from './active-run.js';
import { deadlock } from '../reports/deadlock-error.js';
import { type Clocked, patchAbortSignal, patchTimers } from '../globals/global-timers.js';
import { LeakError } from '../reports/leak-error.js';
import { Patches } from '../globals/patches.js';
import { placeOf, rememberPlace } from '../reports/places.js';
import { realHost } from '../clock/real-host.js';
import { requestsListed } from '../reports/requests.js';
import type { RunClock } from '../clock/run-clock.js';
import { RunLoop } from './run-loop.js';
import type { RunVirtualOptions } from './run-virtual.js';
import { standsStill } from '../clock/stands-still.js';
import { patchDate } from '../globals/virtual-date.js';
import { type Waiting, runningText, whoWaits } from '../reports/who-waits.js';

/** Reports of debug mode; and of what cleaning up brings about. They do not fail a run. */
const harmless = new Set(['slow-callback', 'already-running', 'cancel-ignored', 'stuck']);

/** How long, in ms of real time, a clean-up may go on that waits for nothing of the library: at least, and foreignGrace. */
const CLEANUP_GRACE = 1000;
/** So many times that if it sleeps, in virtual time. */
const CLEANUP_GRACES = 2;

/**
 * One `runVirtual`. Its phases:
 *
 * ```
 * main        until main has ended, or something has failed the run
 * settling    what is ready at that moment runs; what has not ended then was left behind
 * cleanup     that is cancelled and waited for, as at the end of run()
 * over        everything is restored
 * ```
 *
 * @internal
 */
export class VirtualRun implements Clocked, ActiveRun {
  /** As main ends, or what has failed the run. */
  readonly promise: Promise<unknown>;
  readonly test = currentTest();
  readonly #source: unknown;
  readonly #options: RunVirtualOptions;
  readonly #loop: RunLoop;
  readonly #runner: Runner;
  readonly #patches = new Patches();
  #settle!: { resolve(value: unknown): void; reject(error: unknown): void };
  #deactivate: (() => void) | null = null;
  #releaseHost: (() => void) | null = null;
  #phase: 'main' | 'settling' | 'cleanup' | 'over' = 'main';
  /** What main has given. */
  #value: unknown;
  /** What the run ends with: the first failure. */
  #failure: { readonly error: unknown } | null = null;
  /** What else went to the exception handler. */
  readonly #reports: ExceptionContext[] = [];
  #settling: Future<void> | null = null;
  /** What had not ended when the cleaning up began. */
  #left: ReadonlySet<Task<unknown>> = new Set();
  /** They wait for something foreign, and have waited long enough. */
  readonly #hadGrace = new WeakSet<Task<unknown>>();
  #unlimit: (() => void) | null = null;
  /** There is no cleaning up: what runs is left where it is. */
  #abandoned = false;

  constructor(source: unknown, options: RunVirtualOptions) {
    this.promise = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.#source = source;
    this.#options = options;
    rememberPlace(this);
    this.#loop = new RunLoop({
      debug: options.debug,
      asyncContext: options.asyncContext,
      real: realHost(),
      requests: options.io === true ? requestsListed() : null,
      owner: {
        settled: () => this.#endSettling(),
        stuck: () => this.#stuck(),
        spinning: (turns) => this.#spinning(turns),
      },
    });
    this.#loop.setExceptionHandler((_, context) => this.#told(context));
    this.#runner = new Runner({ loopFactory: () => this.#loop, handleSignals: false });
  }

  get clock(): RunClock {
    return this.#loop.clock;
  }

  get active(): boolean {
    return this.#phase !== 'over';
  }

  get place(): string | undefined {
    return placeOf(this);
  }

  begin(): void {
    try {
      this.#releaseHost = keepHost(); // what is left on the default loop is none of this
      patchDate(this.#patches, this, this.#options.start ?? 0);
      patchTimers(this.#patches, this);
      patchAbortSignal(this.#patches, this);
      noteActive(this);
      this.#deactivate = activate(this.#loop, true);
      this.#runner.start(
        this.#source,
        {},
        (value) => this.#mainEnded(null, value),
        (error) => this.#mainEnded({ error }, undefined),
      );
    } catch (error) {
      this.#fail(error);
      this.#finish();
    }
  }

  holdStill(): () => void {
    return this.clock.holdStill();
  }

  threw(error: unknown): void {
    this.#fail(error);
    this.#stop();
  }

  abandon(): Error {
    const place = this.place === undefined ? '' : `, begun at ${this.place},`;
    const error = new RuntimeError(
      `runVirtual(main): a run${place} was not over when its test was; was it awaited? ` +
        `At ${this.#loop.time()} ms:\n\n${runningText(allTasks(this.#loop))}`,
    );
    this.#failure = { error };
    this.promise.catch(() => {}); // whoever calls tells of it
    this.#giveUp();
    return error;
  }

  // ---- the phases -----------------------------------------------------------------------------------------------

  #mainEnded(failure: { readonly error: unknown } | null, value: unknown): void {
    this.#failure ??= failure;
    this.#value = value;
    if (this.#abandoned) return this.#finish();
    if (this.#failure !== null) return this.#cleanUp();
    this.#phase = 'settling';
    this.#settling = this.#loop.createFuture<void>();
    this.#loop.runUntil(this.#settling, () => {
      const left = [...allTasks(this.#loop)];
      if (left.length > 0 && !this.#abandoned) this.#fail(new LeakError(this.#loop, left));
      this.#cleanUp();
    });
  }

  #endSettling(): boolean {
    if (this.#phase !== 'settling' || this.#settling?.done() !== false) return false;
    this.#settling.setResult();
    return true;
  }

  #cleanUp(): void {
    this.#phase = 'cleanup';
    this.#left = allTasks(this.#loop);
    if (this.#abandoned) return this.#finish();
    if (this.#failure !== null) this.#limitCleanUp();
    this.#runner.shutDown(() => this.#finish());
  }

  /**
   * Where timers that nobody clears move the clock for ever, nothing else would tell that what is left waits in vain; and a
   * task may go on for ever although it was asked to cancel.
   */
  #limitCleanUp(graces = 1): void {
    this.#unlimit = this.clock.inRealTime(
      () => {
        const patient = this.clock.works() || whoWaits(allTasks(this.#loop)).some((each) => this.#isPatient(each));
        if (patient) this.#limitCleanUp();
        else if (this.clock.sleeps() && graces < CLEANUP_GRACES) this.#limitCleanUp(graces + 1);
        else this.#giveUp();
      },
      Math.max(CLEANUP_GRACE, this.#grace),
    );
  }

  #finish(): void {
    if (this.#phase === 'over') return;
    this.#phase = 'over';
    this.#unlimit?.();
    this.#patches.restore();
    this.#releaseHost?.();
    this.#deactivate?.();
    this.clock.close();
    if (!this.#loop.isRunning()) this.#loop.close();
    const [first] = this.#reports;
    if (this.#failure === null && first !== undefined) {
      this.#reports.shift();
      this.#fail(reported(first));
    }
    for (const report of this.#reports) this.#loop.defaultExceptionHandler(report);
    if (this.#failure === null) this.#settle.resolve(this.#value);
    else this.#settle.reject(this.#failure.error);
  }

  // ---- what goes wrong ------------------------------------------------------------------------------------------

  #fail(error: unknown): void {
    if (this.#failure === null) this.#failure = { error };
    else if (this.#failure.error !== error) {
      this.#loop.defaultExceptionHandler({ kind: 'callback', message: 'and then this was thrown', exception: error });
    }
  }

  /** Main is not waited for any longer: what runs is cancelled. */
  #stop(): void {
    if (this.#phase === 'main') this.#loop.stop();
  }

  #told(context: ExceptionContext): void {
    if (this.#abandoned && context.kind === 'stuck') return; // the report of the deadlock names it
    if (harmless.has(context.kind)) this.#loop.defaultExceptionHandler(context);
    else if (context.kind === 'callback') this.threw(context.exception);
    // That somebody cancels what is left is no fault of those who do not wait for it.
    else if (context.kind !== 'cancelled-unawaited' || this.#phase === 'main') this.#reports.push(context);
  }

  #stuck(): void {
    if (this.#phase === 'over') return;
    const foreign = whoWaits(allTasks(this.#loop)).filter((each) => each.foreign);
    if (foreign.every(({ task }) => this.#hadGrace.has(task))) return this.#deadlocked();
    const patient = foreign.some((each) => this.#isPatient(each));
    this.clock.park(patient ? Infinity : this.#grace, () => {
      if (this.clock.works()) return this.clock.wake(); // what has begun meanwhile takes the time that it takes
      for (const { task } of foreign) this.#hadGrace.add(task);
      this.#deadlocked();
    });
  }

  /** Work of executors takes the time that it takes, and so does their end, which cleaning up waits for. */
  #isPatient({ task, foreign, underWay }: Waiting): boolean {
    return underWay || (foreign && this.#phase === 'cleanup' && !this.#left.has(task));
  }

  #deadlocked(): void {
    if (this.#phase === 'main') {
      this.#fail(deadlock(this.#loop, 'main has not ended', this.#advice));
      this.#stop();
    } else {
      if (this.#failure === null) this.#fail(deadlock(this.#loop, 'the clean-up has not ended', this.#advice));
      this.#giveUp();
    }
  }

  get #grace(): number {
    return this.#options.foreignGrace ?? 100;
  }

  /** For whoever has met a deadlock by something foreign. */
  get #advice(): string {
    return (
      `; it had ${this.#grace} ms of real time (foreignGrace).\n` +
      '  For work in real time use realTime(promise), for requests the option { io: true }.'
    );
  }

  #spinning(turns: number): void {
    const error = standsStill(this.#loop.time(), turns);
    if (this.#phase === 'main') {
      this.#fail(error);
      this.#stop();
    } else if (!this.#endSettling()) {
      this.#failure ??= { error };
      void Promise.resolve().then(() => this.#giveUp());
    }
  }

  #giveUp(): void {
    this.#abandoned = true;
    if (this.#loop.isRunning()) {
      this.#loop.stop();
      this.clock.turn();
    }
    this.#finish();
  }
}

function reported({ message, task, future, name, exception }: ExceptionContext): Error {
  const subject = task ?? future;
  const place = subject && placeOf(subject);
  const about = subject ? text(subject) : (name ?? (exception === undefined ? '' : errorText(exception)));
  const lines = [`reported to the exception handler: ${message}`];
  if (about !== '') lines.push(`  ${about}${place === undefined ? '' : `, made at ${place}`}`);
  return new Error(lines.join('\n'), { cause: exception });
}
