/**
 * The future is not in the state that the call needs: `result()` before it is done, a setter after it is done.
 *
 * asyncio: `asyncio.InvalidStateError`.
 */
export class InvalidStateError extends Error {}

Object.defineProperty(InvalidStateError.prototype, 'name', {
  value: 'InvalidStateError',
  configurable: true,
  writable: true,
});
