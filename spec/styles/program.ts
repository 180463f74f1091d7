/** The programs that are run in every style: a small language, of which every style has a rendering. Times are in ms. */

export interface Program {
  readonly seed: number;
  readonly main: Body;
}

export type Body = readonly Statement[];

/** What catches: `failure` lets cancellations through, `cancellation` lets failures through. */
export type Handles = 'failure' | 'cancellation';

/** `switchMap` is RxJS's, over coroutines. */
export type Operator = 'mapTask' | 'restartTask' | 'dropTask' | 'enqueueTask' | 'keepLatestTask' | 'switchMap';

/** What an operator or an iteration runs for each value. */
export interface Project {
  readonly body: Body;
  /** How many values it gives. One: whatever the project is; else it is an Observable, and an item is that many values. */
  readonly values: number;
}

/** A source of values that come after so many ms each, 0: in the same breath. */
export interface Source {
  readonly delays: readonly number[];
  readonly endDelay: number;
  readonly fails: boolean;
}

interface Named {
  /** Unique in the program; tasks and bodies are told apart by it. */
  readonly id: string;
}

/** Whoever asks for his own end waits then, and is interrupted there; null: he has nothing more to do. */
interface Request {
  readonly then: number | null;
}

interface Spawn extends Named {
  readonly body: Body;
  readonly eager: boolean;
  /** Its signal is aborted so long after. */
  readonly abortAfter?: number;
}

interface Statements {
  /** 0: lets the others run. */
  sleep: { readonly ms: number };
  /** A promise that this library does not know. */
  native: { readonly ms: number };
  /** After so long: siblings have begun by then in every style. */
  /**
   * A native `await`, which hears nothing, in an async function; elsewhere as `native`. What comes next in the body is a wait of
   * the library, which is where a request is delivered; `hot`: that is for this task, which is asked itself if it still runs.
   */
  deaf: { readonly ms: number; readonly hot: string | null; readonly readsSignal: boolean };
  fail: { readonly after: number };
  /** Notes how many cancel requests stand open. */
  count: object;
  report: object;
  try: { readonly body: Body; readonly handles?: Handles; readonly handler?: Body; readonly finally?: Body };
  /** A part of the body as a function of its own, which is called. */
  call: Named & { readonly body: Body };
  spawn: Spawn;
  /** As `spawn`, in the group around it. */
  child: Spawn;
  join: { readonly task: string };
  /** Null: at once, where it was made just before. */
  cancel: { readonly task: string; readonly after: number | null; readonly message?: string };
  /** Asks its own task, and then waits: that is where it hears. */
  cancelSelf: Request;
  /** As `cancelSelf`, by the signal with which the task was made. */
  abortSelf: Request;
  shield: { readonly task: string };
  gather: Named & { readonly parts: readonly Body[]; readonly returnExceptions: boolean };
  wait: { readonly tasks: readonly string[]; readonly timeout: number | null; readonly first: boolean };
  asCompleted: { readonly tasks: readonly string[]; readonly most: number };
  withTimeout: Named & { readonly ms: number | null; readonly body: Body };
  waitFor: Named & { readonly ms: number | null; readonly body: Body };
  group: Named & { readonly body: Body };
  /** By the body of the group or by a child; null: at once. */
  endGroup: { readonly after: number | null } & Request;
  exclusive: Named & { readonly of: 'lock' | 'semaphore'; readonly after: number; readonly body: Body };
  put: { readonly after: number };
  get: { readonly after: number };
  set: { readonly after: number };
  waitSet: object;
  retry: Named & { readonly attempts: readonly Body[]; readonly delay: number };
  map: Named & {
    readonly operator: Operator;
    readonly source: Source;
    readonly project: Project;
    readonly concurrency: number;
    readonly ordered: boolean;
    /** Subscribed to by nobody's task: it goes on beside the body, to the end of the run. */
    readonly detached: boolean;
  };
  each: Named & {
    readonly items: number;
    /** Between two items of an async generator; null: a list. */
    readonly pace: number | null;
    readonly project: Project;
    readonly concurrency: number;
    readonly ordered: boolean;
    readonly body: Body;
    /** The loop is left in the body of this one. */
    readonly leaveAt: number | null;
    readonly leaveBy: 'break' | 'throw';
  };
  /** Iterates the progress of a task. */
  watch: Named & { readonly task: string; readonly body: Body };
  hot: Named & { readonly now: number; readonly later: readonly number[] };
}

export type Operation = keyof Statements;
export type Statement = { [K in Operation]: { readonly op: K } & Statements[K] }[Operation];
export type StatementOf<K extends Operation> = Extract<Statement, { readonly op: K }>;
