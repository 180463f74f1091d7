import type { BackendFactory, ConnectionOptions } from 'bullmq';

/** What a server has to say. @internal */
export interface ServerListener {
  /** It is there, for the first time or again; what was said in between was not heard. */
  up(): void;
  heard(text: string): void;
}

/** What became of a job. @internal */
export interface JobState {
  readonly finished: boolean;
  /** What the worker gave, if it ended. */
  readonly outcome?: string;
  /** Why BullMQ gave it up. */
  readonly failure?: string;
}

/** What BullMQ's classes need to work on this server. @internal */
export interface BullMQArguments {
  readonly options: { readonly connection: ConnectionOptions; readonly prefix?: string };
  readonly factory: BackendFactory | undefined;
}

/**
 * A connection to Redis or PostgreSQL, for what BullMQ does not offer: to hear and to tell at once, and to ask about many jobs
 * in one go.
 *
 * It connects by itself, again and again; while it is away, `tell` says nothing, and whatever gives a promise rejects, or gives
 * it when the server is back.
 *
 * @internal
 */
export interface Server {
  /** Without passwords, for messages. */
  readonly address: string;
  readonly isUp: boolean;
  /** The error that keeps it away. */
  lastError: unknown;
  readonly bullmq: BullMQArguments;
  /** What tells queues of the same name on this server apart. */
  readonly space: string;
  listen(channel: string, listener: ServerListener): void;
  tell(channel: string, text: string): void;
  /** Those that are not in the map are not on the server. */
  states(ids: readonly string[]): Promise<Map<string, JobState>>;
  /** Takes jobs out of the queue that have not been started; gives those that it took out. */
  withdraw(ids: readonly string[]): Promise<string[]>;
  /** Removes jobs that have ended; gives those that have not. */
  discard(ids: readonly string[]): Promise<string[]>;
  /** Stores a value with the queue, unless there is one; gives what is stored then. */
  agree(field: string, value: string, force: boolean): Promise<string>;
  /** Why a restart of the server would lose jobs, if it would. */
  forgets(): Promise<string | undefined>;
  close(): Promise<void>;
}
