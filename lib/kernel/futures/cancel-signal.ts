import { isCancelled } from '../../errors/index.js';
import { type CancelRequest, cancelledError } from './cancel.js';

/**
 * The `AbortSignal` of a run, made when somebody asks for it: aborted by a cancel request, with the CancelledError as
 * reason, until the request is taken back.
 *
 * @internal
 */
export class CancelSignal {
  #controller: AbortController | null = null;
  #request: CancelRequest | null = null;

  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      if (this.#request !== null) this.#controller.abort(cancelledError(this.#request));
    }
    return this.#controller.signal;
  }

  abort(request: CancelRequest): void {
    this.#request = request;
    if (this.#controller !== null) this.#controller.abort(cancelledError(request));
  }

  /** The request was taken back: whoever asks next gets a fresh signal. */
  reset(): void {
    this.#request = null;
    if (this.#controller?.signal.aborted) this.#controller = null;
  }

  /**
   * The CancelledError that `error` stands for, or undefined if it is an error of its own. While the signal is aborted
   * these stand for the cancellation: the reason, an error whose cause is the reason, and what DOM and other libraries
   * throw then, an error named AbortError or CanceledError.
   */
  cancellation(error: unknown): unknown {
    if (isCancelled(error)) return error;
    const signal = this.#controller?.signal;
    if (!signal?.aborted || typeof error !== 'object' || error === null) return undefined;
    const { name, cause } = error as { name?: unknown; cause?: unknown };
    return cause === signal.reason || name === 'AbortError' || name === 'CanceledError' ? signal.reason : undefined;
  }
}
