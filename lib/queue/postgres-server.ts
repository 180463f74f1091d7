import { Socket } from 'node:net';
import type { BackendFactory } from 'bullmq';
import type { Client } from 'pg';
import { loadPackage } from '../jobs/index.js';
import type { PostgresOptions } from './options.js';
import { Parts, inParts } from './parts.js';
import { patient } from './patient-backend.js';
import type { BullMQArguments, JobState, Server, ServerListener } from './server.js';
import { steady, steadyClient } from './steady-backend.js';

/**
 * PostgreSQL: BullMQ has its own connections; one more listens, tells, and asks about many jobs at a time.
 *
 * @internal
 */
export class PostgresServer implements Server {
  readonly address: string;
  readonly space: string;
  readonly bullmq: BullMQArguments;
  lastError: unknown;
  readonly #pg: typeof import('pg');
  readonly #config: Record<string, unknown>;
  readonly #queue: string;
  /** BullMQ's connections too: all have to be gone after `close`, even if the server does not answer. */
  readonly #sockets = new Set<Socket>();
  #client: Client | null = null;
  #channel = '';
  #listener: ServerListener | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #attempts = 0;
  #queries: Promise<unknown> = Promise.resolve();
  #closed = false;
  #outbox: [channel: string, text: string][] = [];
  #sending = false;

  constructor(call: string, postgres: string | PostgresOptions, queue: string, factory: BackendFactory) {
    this.#pg = loadPackage<typeof import('pg')>(call, 'pg', 'bullmq pg');
    const options = typeof postgres === 'string' ? { connectionString: postgres } : postgres;
    const {
      schema = 'bullmq',
      migrate,
      skipMigrations,
      skipVersionCheck,
      ...config
    } = options as PostgresOptions & {
      skipMigrations?: unknown;
      skipVersionCheck?: unknown;
    };
    if (!/^[A-Za-z_][\w$]{0,62}$/.test(schema)) {
      throw new TypeError(`${call}: expected schema to be a simple name of a schema, got '${schema}'`);
    }
    const common = { connectionTimeoutMillis: 10_000, keepAlive: true, ...config };
    this.#config = { ...common, stream: () => this.#socket() };
    this.#queue = queue;
    this.space = schema;
    const { host, port } = new this.#pg.Client(common as never);
    this.address = `PostgreSQL at ${host}:${port}`;
    const Client = steadyClient(this.#pg);
    const connection = {
      ...this.#config,
      Client,
      schema,
      skipVersionCheck: skipVersionCheck === true,
      migrate: skipMigrations === undefined ? (migrate ?? true) : skipMigrations !== true,
    };
    this.bullmq = {
      options: { connection },
      factory: patient(steady(factory, Client), () => this.#closed),
    };
  }

  get isUp(): boolean {
    return this.#client !== null;
  }

  listen(channel: string, listener: ServerListener): void {
    this.#channel = channel;
    this.#listener = listener;
    void this.#connect();
  }

  tell(channel: string, text: string): void {
    if (!this.isUp) return;
    for (const part of inParts(text)) this.#outbox.push([channel, part]);
    if (!this.#sending) void this.#send();
  }

  async states(ids: readonly string[]): Promise<Map<string, JobState>> {
    const { rows } = await this.#query<{ id: string; state: string; outcome: string | null; failure: string | null }>(
      `SELECT id, state, return_value #>> '{}' AS outcome, failed_reason AS failure
         FROM ${this.#jobs} WHERE queue = $1 AND id = ANY($2)`,
      [this.#queue, ids],
    );
    return new Map(
      rows.map(({ id, state, outcome, failure }) => {
        const finished = state === 'completed' || state === 'failed';
        const what = state === 'completed' ? { outcome: outcome ?? '' } : { failure: failure ?? '' };
        return [id, { finished, ...(finished ? what : {}) }];
      }),
    );
  }

  async withdraw(ids: readonly string[]): Promise<string[]> {
    const { rows } = await this.#query<{ id: string }>(
      `DELETE FROM ${this.#jobs} WHERE queue = $1 AND id = ANY($2) AND state = 'waiting' RETURNING id`,
      [this.#queue, ids],
    );
    return rows.map(({ id }) => id);
  }

  async discard(ids: readonly string[]): Promise<string[]> {
    const { rows } = await this.#query<{ id: string }>(
      `DELETE FROM ${this.#jobs} WHERE queue = $1 AND id = ANY($2) AND state IN ('completed', 'failed') RETURNING id`,
      [this.#queue, ids],
    );
    const discarded = new Set(rows.map(({ id }) => id));
    return ids.filter((id) => !discarded.has(id));
  }

  async agree(field: string, value: string, force: boolean): Promise<string> {
    const { rows } = await this.#query<{ value: string }>(
      `INSERT INTO "${this.space}".meta AS m (queue, field, value) VALUES ($1, $2, $3)
         ON CONFLICT (queue, field) DO UPDATE SET value = CASE WHEN $4 THEN excluded.value ELSE m.value END
         RETURNING value`,
      [this.#queue, field, value, force],
    );
    return rows[0]?.value ?? value;
  }

  forgets(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    const client = this.#client;
    this.#client = null;
    const gone = [...this.#sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    client?.end().catch(() => {});
    const patience = setTimeout(() => this.#sockets.forEach((socket) => socket.destroy()), 500);
    await Promise.all(gone);
    clearTimeout(patience);
  }

  // ---- the connection -------------------------------------------------------------------------------------------------

  async #connect(): Promise<void> {
    const client = new this.#pg.Client(this.#config);
    const parts = new Parts((text) => this.#listener?.heard(text));
    client.on('error', (error) => (this.lastError = error));
    client.on('notification', ({ payload }) => parts.add(payload ?? ''));
    client.on('end', () => this.#lost(client));
    try {
      await client.connect();
      await client.query(`LISTEN ${this.#channel}`);
    } catch (error) {
      this.lastError = error;
      client.end().catch(() => {});
      return this.#reconnect();
    }
    if (this.#closed) return void client.end().catch(() => {});
    this.#attempts = 0;
    this.#client = client;
    this.#listener?.up();
  }

  #lost(client: Client): void {
    if (this.#client !== client) return;
    this.#client = null;
    this.#outbox = [];
    this.#reconnect();
  }

  #reconnect(): void {
    if (!this.#closed) this.#retry = setTimeout(() => void this.#connect(), Math.min(50 * ++this.#attempts, 1000));
  }

  #socket(): Socket {
    const socket = new Socket();
    if (this.#closed) socket.destroy();
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    return socket;
  }

  get #jobs(): string {
    return `"${this.space}".job`;
  }

  /** One after the other, as pg wants it. */
  #query<T extends object>(text: string, values: unknown[]): Promise<{ rows: T[] }> {
    const result = this.#queries.then(() => {
      if (this.#client === null) throw new Error(`${this.address} is away`, { cause: this.lastError });
      return this.#client.query<T>(text, values);
    });
    this.#queries = result.catch(() => {});
    return result;
  }

  /** What is told while this is on its way goes along in one transaction afterwards. */
  async #send(): Promise<void> {
    this.#sending = true;
    while (this.#outbox.length > 0) {
      const messages = this.#outbox;
      this.#outbox = [];
      const columns = [messages.map(([channel]) => channel), messages.map(([, text]) => text)];
      try {
        await this.#query('SELECT pg_notify(c, t) FROM unnest($1::text[], $2::text[]) AS m(c, t)', columns);
      } catch {
        // whoever was to hear it asks the server
      }
    }
    this.#sending = false;
  }
}
