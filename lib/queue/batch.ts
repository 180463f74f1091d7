/**
 * Collects what is to be done for many. The first is begun with after `delay` ms (0: in a microtask); what comes while that is under
 * way goes together afterwards.
 *
 * ```
 * add(a) add(b)   add(c)        add(d)
 *    └─▶ [a b] ─────────| [c d] ──────|
 * ```
 *
 * @internal
 */
export class Batch<T> {
  readonly #work: (items: T[]) => Promise<unknown>;
  readonly #delay: number;
  readonly #items = new Set<T>();
  #running: Promise<void> | null = null;
  #begin: (() => void) | null = null;

  /** @param work what to do; its errors are its own matter */
  constructor(work: (items: T[]) => Promise<unknown>, delay = 0) {
    this.#work = work;
    this.#delay = delay;
  }

  add(item: T): void {
    this.#items.add(item);
    this.#running ??= this.#wait().then(() => this.#run());
    if (this.#items.size >= LIMIT) this.#begin?.();
  }

  /** True if it had not been begun with. */
  delete(item: T): boolean {
    return this.#items.delete(item);
  }

  /** Begins at once; resolves when there is nothing to do. */
  async flush(): Promise<void> {
    this.#begin?.();
    while (this.#running !== null) await this.#running;
  }

  /** Forgets what has not been begun with. */
  clear(): void {
    this.#items.clear();
    this.#begin?.();
  }

  #wait(): Promise<void> {
    if (this.#delay === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#begin?.(), this.#delay);
      this.#begin = () => {
        clearTimeout(timer);
        this.#begin = null;
        resolve();
      };
    });
  }

  async #run(): Promise<void> {
    while (this.#items.size > 0) {
      const items: T[] = [];
      for (const item of this.#items) {
        if (items.push(item) >= LIMIT) break;
      }
      for (const item of items) this.#items.delete(item);
      await this.#work(items).catch(() => {});
    }
    this.#running = null;
  }
}

const LIMIT = 500;
