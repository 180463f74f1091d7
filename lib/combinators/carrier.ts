import { type AnySource, Coroutine, type Resume } from '../kernel/index.js';

/** A recipe that only waits for a source: what is hot in it may be asked to cancel before it has begun to wait. @internal */
export class Carrier<T> extends Coroutine<T> {
  readonly #source: AnySource<T>;

  constructor(
    name: string,
    body: (source: AnySource<T>, ...others: never[]) => Generator<void, T, Resume>,
    source: AnySource<T>,
    others: readonly unknown[] = [],
  ) {
    super(name, body as (...args: never[]) => Generator<void, T, Resume>, [source, ...others]);
    this.#source = source;
  }

  override get carried(): unknown {
    return this.#source;
  }
}
