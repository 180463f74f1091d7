/**
 * The queue was shut down: nothing can be put any more, and there is nothing left to get.
 *
 * asyncio: `asyncio.QueueShutDown`.
 */
export class QueueShutDown extends Error {}

Object.defineProperty(QueueShutDown.prototype, 'name', { value: 'QueueShutDown', configurable: true, writable: true });
