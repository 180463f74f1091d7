import { CancelledError } from '../../errors/index.js';
import type { RemoteTask } from '../../kernel/index.js';
import { uncloneableReport } from '../wire/thrown.js';
import type { WireRequest } from '../wire/wire.js';

/** How the worker side speaks about a job that runs. @internal */
export interface Link {
  report(id: number, value: unknown): void;
  /** Looks for requests that wait, where that can be done without letting go of the thread. */
  poll?(): void;
}

/** A job in its worker: what the function gets as its task. Signal and controller are made only when asked for. @internal */
export class RemoteJob implements RemoteTask {
  readonly id: number;
  readonly name: string;
  readonly traceparent: string | undefined;
  /** How many values it has reported. */
  reports = 0;
  readonly #link: Link;
  #controller: AbortController | undefined;
  #reason: CancelledError | undefined;
  #transferred: { readonly value: object; readonly list: readonly Transferable[] } | undefined;
  #ended = false;

  constructor(id: number, name: string, traceparent: string | undefined, link: Link) {
    this.id = id;
    this.name = name;
    this.traceparent = traceparent;
    this.#link = link;
    // a function may take them apart: `(n, { signal, report }) => …`
    this.report = this.report.bind(this);
    this.transfer = this.transfer.bind(this);
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
      else if (this.#link.poll !== undefined) keepUpToDate(this.#controller.signal, () => this.#poll());
    }
    return this.#controller.signal;
  }

  report(progress: unknown): void {
    if (this.#ended) return;
    try {
      this.#link.report(this.id, progress);
    } catch (error) {
      throw uncloneableReport(error);
    }
    this.reports++;
  }

  transfer<T extends object>(value: T, list: readonly Transferable[]): T {
    this.#transferred = { value, list };
    return value;
  }

  // ---- for the worker -------------------------------------------------------------------------------------------

  /** @internal */
  get cancelled(): boolean {
    return this.#reason !== undefined;
  }

  /** @internal */
  cancel(request: WireRequest): void {
    if (this.#reason !== undefined) return;
    this.#reason = new CancelledError(request.message, { source: 'cancel', requester: request.requester });
    this.#controller?.abort(this.#reason);
  }

  /** Is `error`, thrown by the function, its way of saying that it was cancelled? @internal */
  isCancellation(error: unknown): boolean {
    if (this.#reason === undefined) return false;
    if (error === this.#reason) return true;
    if (typeof error !== 'object' || error === null) return false;
    const { name, cause } = error as { name?: unknown; cause?: unknown };
    return cause === this.#reason || name === 'AbortError' || name === 'CanceledError' || name === 'CancelledError';
  }

  /** What is to be handed over with the result. @internal */
  transferOf(result: unknown): readonly Transferable[] | undefined {
    return this.#transferred?.value === result ? this.#transferred?.list : undefined;
  }

  /** What it reports from now on is too late. @internal */
  end(): void {
    this.#ended = true;
  }

  #lastPoll = 0;

  #poll(): void {
    const now = performance.now();
    if (now - this.#lastPoll < 1) return; // a loop asks as often as it turns
    this.#lastPoll = now;
    this.#link.poll?.();
  }
}

/** A function that never lets go of its thread can still ask whether it was cancelled. */
function keepUpToDate(signal: AbortSignal, poll: () => void): void {
  const aborted = Object.getOwnPropertyDescriptor(AbortSignal.prototype, 'aborted')!.get!;
  Object.defineProperty(signal, 'aborted', {
    configurable: true,
    get(this: AbortSignal) {
      if (!aborted.call(this)) poll();
      return aborted.call(this) as boolean;
    },
  });
  Object.defineProperty(signal, 'throwIfAborted', {
    configurable: true,
    value(this: AbortSignal) {
      if (this.aborted) throw this.reason;
    },
  });
}
