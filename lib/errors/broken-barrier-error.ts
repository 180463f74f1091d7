import { RuntimeError } from './runtime-error.js';

/**
 * The barrier was reset or aborted while parties waited at it.
 *
 * asyncio: `asyncio.BrokenBarrierError`.
 */
export class BrokenBarrierError extends RuntimeError {}

Object.defineProperty(BrokenBarrierError.prototype, 'name', {
  value: 'BrokenBarrierError',
  configurable: true,
  writable: true,
});
