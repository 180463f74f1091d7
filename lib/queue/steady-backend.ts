import type { BackendFactory } from 'bullmq';
import type { Client, ClientConfig } from 'pg';

/**
 * For BullMQ's pool: while it makes its tables nobody listens to the errors of the connection, and the loss of it would end the
 * whole process. Whoever waits for an answer is told all the same.
 *
 * @internal
 */
export function steadyClient(pg: typeof import('pg')): typeof Client {
  return class SteadyClient extends pg.Client {
    constructor(config?: string | ClientConfig) {
      super(config);
      this.on('error', () => {});
    }
  };
}

/** BullMQ makes the client that listens by itself, and listens to its errors only when it is connected. @internal */
export function steady(factory: BackendFactory, client: typeof Client): BackendFactory {
  return (...args) => {
    const backend = factory(...args);
    const { connection } = backend as unknown as { connection?: { pgModule?: object } };
    if (connection?.pgModule !== undefined) {
      connection.pgModule = Object.create(connection.pgModule, { Client: { value: client } }) as object;
    }
    return backend;
  };
}
