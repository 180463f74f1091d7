/**
 * `putNowait()` was called on a queue that is at its maximum size.
 *
 * asyncio: `asyncio.QueueFull`.
 */
export class QueueFull extends Error {}

Object.defineProperty(QueueFull.prototype, 'name', { value: 'QueueFull', configurable: true, writable: true });
