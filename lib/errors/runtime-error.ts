/**
 * The library was called at a moment, or in a way, that cannot work; the message says what to do instead.
 *
 * asyncio: the built-in `RuntimeError`.
 */
export class RuntimeError extends Error {}

Object.defineProperty(RuntimeError.prototype, 'name', { value: 'RuntimeError', configurable: true, writable: true });
