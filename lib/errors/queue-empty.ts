/**
 * `getNowait()` was called on a queue that holds no item.
 *
 * asyncio: `asyncio.QueueEmpty`.
 */
export class QueueEmpty extends Error {}

Object.defineProperty(QueueEmpty.prototype, 'name', { value: 'QueueEmpty', configurable: true, writable: true });
