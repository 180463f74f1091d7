/** How far apart the reports of a job are, in ms, that go to the server. */
const PAUSE = 50;

/**
 * Sends on what a job reports: everything, or at most one value in 50 ms, the newest.
 *
 * ```
 * report     a b c d      e
 * send       a    d       e        the last value goes with the outcome, if it has not been sent
 * ```
 *
 * @internal
 */
export class ReportRelay {
  /** How many reports there have been for the executor, the last one included. */
  count = 0;
  /** The newest value. */
  last: unknown;
  readonly #send: (n: number, value: unknown) => void;
  readonly #isAll: boolean;
  #isPending = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(progress: 'latest' | 'all', send: (n: number, value: unknown) => void) {
    this.#isAll = progress === 'all';
    this.#send = send;
  }

  report(value: unknown): void {
    this.last = value;
    if (this.#isAll) {
      this.#send(++this.count, value);
    } else if (this.#timer === undefined) {
      this.#send(++this.count, value);
      this.#timer = setTimeout(() => this.#next(), PAUSE);
    } else {
      this.#isPending = true;
    }
  }

  /** What was not sent is the last of the count. */
  end(): void {
    clearTimeout(this.#timer);
    if (this.#isPending) this.count++;
  }

  #next(): void {
    this.#timer = undefined;
    if (!this.#isPending) return;
    this.#isPending = false;
    this.report(this.last);
  }
}
