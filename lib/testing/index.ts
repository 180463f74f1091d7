// The public face of rxtasks/testing.

export { DeadlockError } from './deadlock-error.js';
export { VirtualEventLoop, type VirtualEventLoopOptions } from './virtual-event-loop.js';
