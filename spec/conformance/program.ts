/**
 * The grammar of the programs that `DSL.md` describes, and the shape of the results that `SEMANTICS.md` describes.
 */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface Program {
  readonly id: string;
  readonly family: string;
  readonly seed: number;
  readonly main: Body;
  readonly eager?: boolean;
}

export type Body = readonly Statement[];

export type Awaitable =
  | string
  | { readonly coro: Body; readonly label?: string }
  | { readonly sleep: number; readonly value?: Json }
  | { readonly gather: readonly Awaitable[]; readonly return_exceptions?: boolean }
  | { readonly shield: Awaitable }
  | { readonly wait_for: Awaitable; readonly ms: number | null }
  | Primitive;

/** One awaiting method of a synchronisation object. */
export type Primitive = { readonly prim: PrimitiveKind } & PrimitiveFields;

export interface PrimitiveFields {
  readonly of: string;
  readonly var?: string;
  readonly ge?: number;
  readonly value?: Json;
}

export type PrimitiveKind =
  | 'acquire'
  | 'event_wait'
  | 'cond_wait'
  | 'cond_wait_for'
  | 'barrier_wait'
  | 'barrier_reset'
  | 'barrier_abort'
  | 'put'
  | 'get'
  | 'join';

export type Condition =
  | { readonly done: string }
  | { readonly cancelled: string }
  | { readonly cancelling: string }
  | { readonly locked: string }
  | { readonly expired: string }
  | { readonly var: string; readonly ge: number };

export interface Handler {
  readonly match: string;
  readonly body: Body;
}

interface If {
  readonly cond: Condition;
  readonly then?: Body;
  readonly else?: Body;
}

interface Raise {
  readonly exc: string;
  readonly msg?: string | null;
}

interface Of {
  readonly of: string;
}

/** Statements that may suspend. */
export type AsyncStatements = { readonly [K in PrimitiveKind]: PrimitiveFields } & {
  sleep: { readonly ms: number; readonly value?: Json };
  sleep0: object;
  await: { readonly of: Awaitable };
  wait: { readonly of: readonly string[]; readonly timeout?: number | null; readonly when: string };
  as_completed: {
    readonly of: readonly string[];
    readonly timeout?: number | null;
    readonly mode: 'plain' | 'async';
    readonly on_error?: string;
    readonly max?: number;
    readonly body?: Body;
  };
  timeout: { readonly name: string; readonly ms?: number | null; readonly at?: number | null; readonly body: Body };
  taskgroup: { readonly name: string; readonly body: Body };
  with: { readonly of: string; readonly body: Body };
  try: { readonly body: Body; readonly except?: readonly Handler[]; readonly else?: Body; readonly finally?: Body };
  repeat: { readonly n: number; readonly body: Body };
  if: If;
  return: { readonly value?: Json };
  reraise: object;
};

/** Statements that never suspend, and that callbacks may use too. */
export interface SyncStatements {
  log: { readonly v?: Json };
  raise: Raise;
  spawn: { readonly name: string; readonly body: Body };
  tg_spawn: { readonly group: string; readonly name: string; readonly body: Body };
  cancel: Of & { readonly msg?: string };
  uncancel: Of;
  query: Of;
  result: Of;
  exception: Of;
  let: { readonly name: string; readonly of: Awaitable };
  future: { readonly name: string };
  set_result: Of & { readonly value?: Json };
  set_exception: Of & Raise;
  add_done_callback: Of & { readonly id: string; readonly do?: Body };
  remove_done_callback: Of & { readonly id: string };
  call_soon: { readonly id: string; readonly do?: Body };
  call_later: { readonly id: string; readonly ms: number; readonly do?: Body };
  call_at: { readonly id: string; readonly at: number; readonly do?: Body };
  cancel_handle: { readonly id: string };
  reschedule: { readonly scope: string; readonly delay?: number | null; readonly at?: number | null };
  timeout_info: { readonly scope: string };
  new: {
    readonly name: string;
    readonly type: string;
    readonly lock?: string;
    readonly value?: number;
    readonly parties?: number;
    readonly maxsize?: number;
  };
  release: Of;
  locked: Of;
  event_set: Of;
  event_clear: Of;
  event_is_set: Of;
  notify: Of & { readonly n: number };
  notify_all: Of;
  barrier_info: Of;
  put_nowait: Of & { readonly value?: Json };
  get_nowait: Of;
  task_done: Of;
  shutdown: Of & { readonly immediate: boolean };
  queue_info: Of;
  set_var: { readonly var: string; readonly value: number };
  inc_var: { readonly var: string; readonly by?: number };
  all_tasks: object;
}

type Statements = AsyncStatements & SyncStatements;
export type AsyncStatement = {
  [K in keyof AsyncStatements]: { readonly op: K } & AsyncStatements[K];
}[keyof AsyncStatements];
export type SyncStatement = {
  [K in keyof SyncStatements]: { readonly op: K } & SyncStatements[K];
}[keyof SyncStatements];
export type Statement = { [K in keyof Statements]: { readonly op: K } & Statements[K] }[keyof Statements];

/** One event of a trace. */
export type Row = readonly [time: number, task: string, event: string, value: Json];

/** How a task or future ended up. */
export type FinalRow = readonly [name: string, state: string, value: Json, cancelling: number | null];

export interface Result {
  readonly id: string;
  readonly trace: readonly Row[];
  readonly final: readonly FinalRow[];
  readonly outcome: { readonly result?: Json; readonly error?: Json; readonly deadlock?: string };
  readonly time: number;
}
