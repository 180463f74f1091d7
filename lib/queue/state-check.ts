/**
 * When to ask the server about all outstanding jobs: 250 ms after there is one, then after twice the time, up to 5 s; at once when
 * the server is back.
 *
 * @internal
 */
export class StateCheck {
  readonly #check: () => Promise<void>;
  readonly #isNeeded: () => boolean;
  #delay = FIRST;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #checking = false;
  #wanted = false;

  constructor(check: () => Promise<void>, isNeeded: () => boolean) {
    this.#check = check;
    this.#isNeeded = isNeeded;
  }

  /** There are jobs to wait for. */
  start(): void {
    if (this.#timer !== undefined || this.#checking) return;
    this.#delay = FIRST;
    this.#schedule();
  }

  /** There are none. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#wanted = false;
  }

  /** Asks now, and often from then on. */
  now(): void {
    this.#delay = FIRST;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#checking) this.#wanted = true;
    else void this.#run();
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#delay = Math.min(2 * this.#delay, LONGEST);
      void this.#run();
    }, this.#delay);
  }

  async #run(): Promise<void> {
    this.#checking = true;
    this.#wanted = false;
    try {
      await this.#check();
    } catch {
      // the server is away: its return asks again
    }
    this.#checking = false;
    if (!this.#isNeeded()) return;
    if (this.#wanted) void this.#run();
    else this.#schedule();
  }
}

const FIRST = 250;
const LONGEST = 5000;
