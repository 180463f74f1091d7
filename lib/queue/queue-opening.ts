import type { Queue } from 'bullmq';
import type { BullMQ } from './open-server.js';
import type { Server } from './server.js';

/**
 * Opens BullMQ's queue when the server is there for the first time: one that is opened while the server is away would never
 * be of use.
 *
 * @internal
 */
export class QueueOpening {
  readonly #bullmq: BullMQ;
  readonly #name: string;
  readonly #server: Server;
  readonly #opened: (queue: Queue) => void;
  #queue: Queue | null = null;
  #opening = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  /** @param opened called each time the server is there, with the queue */
  constructor(bullmq: BullMQ, name: string, server: Server, opened: (queue: Queue) => void) {
    this.#bullmq = bullmq;
    this.#name = name;
    this.#server = server;
    this.#opened = opened;
  }

  async up(): Promise<void> {
    if (this.#opening || this.#closed) return;
    this.#opening = true;
    try {
      this.#queue ??= await this.#open();
    } catch (error) {
      this.#server.lastError = error;
      if (!this.#closed) this.#retry = setTimeout(() => void this.up(), 250);
      return;
    } finally {
      this.#opening = false;
    }
    if (this.#closed) quietly(this.#queue);
    else if (this.#server.isUp) this.#opened(this.#queue);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    if (this.#queue !== null) quietly(this.#queue);
  }

  async #open(): Promise<Queue> {
    const { options, factory } = this.#server.bullmq;
    // Of what BullMQ adds to its stream of events little is kept: nobody here reads it.
    const queue = new this.#bullmq.Queue(
      this.#name,
      { ...options, streams: { events: { maxLen: 1000 } } },
      factory as never,
    );
    queue.on('error', () => {}); // the connection of our own knows as well
    try {
      await queue.waitUntilReady();
    } catch (error) {
      quietly(queue);
      throw error;
    }
    void this.#warn();
    return queue;
  }

  async #warn(): Promise<void> {
    const why = await this.#server.forgets();
    if (why === undefined || this.#closed) return;
    process.emitWarning(`the jobs of the queue '${this.#name}' do not survive a restart of the server: ${why}`, {
      type: 'QueueWarning',
      code: 'RXTASKS_FORGETFUL_SERVER',
    });
  }
}

/** Does not wait: the server may be away. Its sockets are closed with the connection of our own. */
function quietly(queue: Queue): void {
  queue.close().catch(() => {});
}
