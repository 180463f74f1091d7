/**
 * The time was up. Its `cause` is the {@link CancelledError} that stopped the work.
 *
 * Test for it by `name` where the work may also throw the time-out of RxJS or of the DOM: the name is the same.
 *
 * asyncio: the built-in `TimeoutError`.
 */
export class TimeoutError extends Error {}

Object.defineProperty(TimeoutError.prototype, 'name', { value: 'TimeoutError', configurable: true, writable: true });
