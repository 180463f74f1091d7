import { Batch } from './batch.js';
import type { Server } from './server.js';
import { pause, within } from './within.js';

/**
 * Removes from the server what its executor has the outcomes of, by and by. An outcome may be here before BullMQ has stored it:
 * then it is tried again. A job whose worker was lost right then is in the queue once more, and is taken out of it.
 *
 * @internal
 */
export class Discards {
  readonly #server: Server;
  readonly #batch = new Batch<string>((ids) => this.#discard(ids), 100);
  /** How often those have been tried that had not ended. */
  readonly #tries = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(server: Server) {
    this.#server = server;
  }

  add(id: string): void {
    this.#batch.add(id);
  }

  /** Now, or never: what stays there is removed after an hour. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    if (!this.#server.isUp) return this.#batch.clear();
    await within(500, this.#finish());
    clearTimeout(this.#timer);
  }

  async #finish(): Promise<void> {
    await this.#batch.flush();
    if (this.#tries.size === 0) return;
    await pause(50); // BullMQ stores the last outcome
    await this.#server.discard([...this.#tries.keys()]).catch(() => []);
  }

  async #discard(ids: string[]): Promise<void> {
    const left = new Set(await this.#server.discard(ids));
    for (const id of ids) {
      const tries = (this.#tries.get(id) ?? 0) + 1;
      if (left.has(id) && tries < MOST) this.#tries.set(id, tries);
      else this.#tries.delete(id);
    }
    const late = [...left].filter((id) => this.#tries.get(id) !== 1);
    if (late.length > 0) await this.#server.withdraw(late);
    if (this.#tries.size === 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      for (const id of this.#tries.keys()) this.#batch.add(id);
    }, PAUSE);
  }
}

const MOST = 20;
const PAUSE = 250;
