import { createHash, randomBytes } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';
import type { Answer, BrokenKind, Call, Carried, FunctionReference, JobOptions, WireRequest } from '../jobs/index.js';

/**
 * What lies on the server, and what is said there.
 *
 * ```
 * executor ── JobData ───────────▶ the queue ──▶ worker      stays until the executor has the outcome
 *          ◀─ Outcome ─────────── the queue ◀── worker
 *          ◀─ report, outcome ──── channel of the executor
 *            cancel ───────────▶  channel of the workers      and in JobData, for those who do not hear it
 * ```
 */

/** A job, as BullMQ keeps it. @internal */
export interface JobData {
  readonly rxtasks: 1;
  readonly fn: FunctionReference;
  readonly args: string;
  readonly carried?: string;
  readonly name: string;
  readonly grace?: number | 'never';
  readonly idempotent?: true;
  readonly progress?: 'all';
  readonly maxRestarts: number;
  readonly cancel?: WireRequest;
}

/** How a job ended: the return value of BullMQ's job, packed. @internal */
export interface Outcome {
  readonly answer?: Answer;
  /** Instead of an answer: the thread or process in which it ran was lost. */
  readonly broken?: {
    readonly message: string;
    readonly kind: BrokenKind;
    readonly exitCode?: number | undefined;
    readonly signal?: string | undefined;
  };
  /** How many reports went before it. */
  readonly reports: number;
  /** The last of them, for whom it did not reach. */
  readonly last?: unknown;
}

/** To an executor: a report, or an outcome; without either, the outcome is on the server. @internal */
export interface ToExecutor {
  readonly id: string;
  /** Which start of the job this is about. */
  readonly run: number;
  /** The number of the report. */
  readonly n?: number;
  readonly report?: string;
  readonly outcome?: string;
}

/** To all workers of a queue. @internal */
export interface ToWorkers {
  readonly cancel: string;
  readonly request: WireRequest;
}

/** @internal */
export function pack(value: unknown): string {
  return serialize(value).toString('base64');
}

/** @internal */
export function unpack<T>(text: string): T {
  return deserialize(Buffer.from(text, 'base64')) as T;
}

/** @internal */
export function packJob(call: Call, options: JobOptions, progress: 'latest' | 'all', maxRestarts: number): JobData {
  const { fn, args, carried, name } = call;
  const { grace, idempotent } = options;
  return {
    rxtasks: 1,
    fn,
    args: ArrayBuffer.isView(args) ? Buffer.from(args).toString('base64') : pack(args),
    ...(carried === undefined ? {} : { carried: pack(carried) }),
    name,
    ...(grace === undefined ? {} : { grace: grace === Infinity ? 'never' : grace }),
    ...(idempotent === true ? { idempotent } : {}),
    ...(progress === 'all' ? { progress } : {}),
    maxRestarts,
  };
}

/** @internal */
export function unpackCall(data: JobData, fn: FunctionReference): Call {
  const { args, carried, name } = data;
  return {
    name,
    fn,
    args: Buffer.from(args, 'base64'),
    ...(carried === undefined ? {} : { carried: unpack<Carried>(carried) }),
  };
}

/** @internal */
export function unpackOptions({ grace, idempotent }: JobData): JobOptions {
  return { grace: grace === 'never' ? Infinity : grace, idempotent };
}

// ---- names ----------------------------------------------------------------------------------------------------------

/** @internal */
export function newExecutorId(): string {
  return randomBytes(12).toString('hex');
}

/** The name of an executor's jobs on the server; the worker reads from it whom to tell. @internal */
export function jobId(executor: string, number: number): string {
  return `${executor}-${number}`;
}

/** @internal */
export function executorOf(id: string): string {
  return id.slice(0, id.indexOf('-'));
}

/** @internal */
export function numberOf(id: string): number {
  return Number(id.slice(id.indexOf('-') + 1));
}

/** @internal */
export function executorChannel(executor: string): string {
  return `rxtasks_${executor}`;
}

/** @param space what queues of the same name elsewhere on the server do not have in common with this one @internal */
export function workersChannel(space: string, queue: string): string {
  return `rxtasks_${createHash('sha256').update(`${space} ${queue}`).digest('hex').slice(0, 40)}`;
}
