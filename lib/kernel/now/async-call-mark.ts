/** Marks the owners that stand for async code (see async-call.ts). @internal */
export const AsyncCallMark: unique symbol = Symbol('rxtasks.asyncCall');
