import { RuntimeError } from '../errors/index.js';
import { getEventLoop, type EventLoop } from '../kernel/index.js';
import { Waiter } from './waiters.js';

/**
 * What the primitives have in common: a text that shows their state, and the loop that their waiters belong to.
 *
 * A primitive may be made anywhere, also before any loop runs. It belongs to a loop from the first moment that somebody
 * has to wait; as long as nobody ever waits, it belongs to none.
 *
 * asyncio: `mixins._LoopBoundMixin`.
 */
export abstract class Primitive {
  #loop: EventLoop | undefined;

  /**
   * Something to wait for, on the loop that runs, which has to be the same each time.
   *
   * @internal
   */
  protected newWaiter(): Waiter {
    const loop = getEventLoop();
    this.#loop ??= loop;
    if (this.#loop !== loop) {
      throw new RuntimeError(
        `${this.toString()} belongs to another event loop: tasks of one loop have waited for it, and now a task of ` +
          'another loop has to wait; make one for each loop, for example inside the main coroutine of each run()',
      );
    }
    const waiter = new Waiter(loop);
    loop.observer?.waiting?.(this, waiter);
    return waiter;
  }

  /** The name of the class and the state, as in `<Lock locked waiters=2>`. */
  abstract toString(): string;

  /** The same text, for `console.log` on Node. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}
