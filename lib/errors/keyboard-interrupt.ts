/**
 * `run()` ended because the user pressed Ctrl-C (SIGINT). Left unhandled, it ends the process with status 130.
 *
 * asyncio: the built-in `KeyboardInterrupt`.
 */
export class KeyboardInterrupt extends Error {}

Object.defineProperty(KeyboardInterrupt.prototype, 'name', {
  value: 'KeyboardInterrupt',
  configurable: true,
  writable: true,
});
