import { Batch } from './batch.js';
import type { Server } from './server.js';

/**
 * Removes from the server what its executor has the outcomes of, by and by. An outcome may come before BullMQ has stored it; a job
 * whose worker was lost right then is not to be started again: it is taken out of the queue.
 *
 * @internal
 */
export class Discards {
  readonly #server: Server;
  readonly #batch = new Batch<string>((ids) => this.#discard(ids), 100);
  /** Those that had not ended when they were to be removed first. */
  #again = new Set<string>();

  constructor(server: Server) {
    this.#server = server;
  }

  add(id: string): void {
    this.#batch.add(id);
  }

  /** Now, or never: what stays there is removed after an hour. */
  async close(): Promise<void> {
    const flushed = this.#batch.flush();
    if (!this.#server.isUp) return this.#batch.clear();
    let timer: ReturnType<typeof setTimeout> | undefined;
    await Promise.race([flushed, new Promise((resolve) => (timer = setTimeout(resolve, 500)))]);
    clearTimeout(timer);
  }

  async #discard(ids: string[]): Promise<void> {
    const before = this.#again;
    this.#again = new Set();
    const left = await this.#server.discard([...before, ...ids]);
    const late = left.filter((id) => before.has(id));
    if (late.length > 0) await this.#server.withdraw(late);
    for (const id of left) if (!before.has(id)) this.#again.add(id);
  }
}
