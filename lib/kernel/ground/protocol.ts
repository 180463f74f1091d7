/**
 * The private protocol of the kernel: names of methods that its classes call on each other and that users never see.
 * They are symbols, so that nothing of it shows up in `Object.keys`, in JSON or in a debugger's list of members.
 *
 * @internal
 */

// things in the ready queue
/** `() => void`: does its work; called once by the loop, in the iteration after it was queued. */
export const RUN: unique symbol = Symbol('rxtasks.run');

// cancelling (see cancel.ts)
/** `(request) => boolean | Future`: asked to cancel; a Future means "ask that one instead of me". */
export const CANCEL: unique symbol = Symbol('rxtasks.cancel');
/** `(request) => void`: what was waited for could not be asked; deliver the request at the next suspension. */
export const ARM: unique symbol = Symbol('rxtasks.arm');
/** `(request) => void`: ends the wait by the request though nobody was asked: it waits in a circle. */
export const INTERRUPT: unique symbol = Symbol('rxtasks.interrupt');
/** `() => void`: the task has taken a request back that had reached this internal run too. */
export const TAKE_BACK: unique symbol = Symbol('rxtasks.takeBack');
/** `() => CancelRequest | null`: the request that is still armed after an internal run has ended by value. */
export const LEFTOVER: unique symbol = Symbol('rxtasks.leftover');

// futures
/** `(entry) => void`: queue `entry` when the future is done; through the loop, also if it is done already. */
export const ADD: unique symbol = Symbol('rxtasks.add');
/** `(entry) => void`: forget `entry`, in constant time. */
export const REMOVE: unique symbol = Symbol('rxtasks.remove');
/** `(onValue, onError) => void`: look at the outcome; a message of a cancellation is not consumed. */
export const PEEK: unique symbol = Symbol('rxtasks.peek');
/** `() => unknown`: the error that a consumer gets, of a future that failed or was cancelled. */
export const CONSUME: unique symbol = Symbol('rxtasks.consume');
/** `(value) => void`: completes with a value. */
export const RESOLVE: unique symbol = Symbol('rxtasks.resolve');
/** `(error) => void`: completes with an exception. */
export const REJECT: unique symbol = Symbol('rxtasks.reject');
/** `(request, original?) => void`: completes as cancelled. */
export const CANCELLED: unique symbol = Symbol('rxtasks.cancelled');
/** The exception counts as retrieved. */
export const RETRIEVED: unique symbol = Symbol('rxtasks.retrieved');
/** The request that the future was cancelled with, or null. */
export const REQUEST: unique symbol = Symbol('rxtasks.request');
/** `() => WaitingFor`: what it waits for itself; see waiting-for.ts. */
export const WAITING_FOR: unique symbol = Symbol('rxtasks.waitingFor');
/** `(depth) => string`: the text, with what is waited for up to `depth` levels down. */
export const TEXT: unique symbol = Symbol('rxtasks.text');

// coroutines
/** `() => Generator`: a fresh run of the body. Also the mark that tells a Coroutine from other Observables. */
export const START: unique symbol = Symbol('rxtasks.start');
/** The mark of what `coroutine()` gives: a function whose calls make coroutines. */
export const COROUTINE_FUNCTION: unique symbol = Symbol('rxtasks.coroutineFunction');

// sources
/** `(task) => unknown`: calls the user's function that gives the source; the mark of a Deferred source. */
export const MAKE: unique symbol = Symbol('rxtasks.make');

// the loop
/** `(entry) => void`: puts `entry` at the end of the ready queue. */
export const ENQUEUE: unique symbol = Symbol('rxtasks.enqueue');
/** `(timer) => void`: schedules, or forgets, a timer. */
export const SCHEDULE: unique symbol = Symbol('rxtasks.schedule');
export const UNSCHEDULE: unique symbol = Symbol('rxtasks.unschedule');

/** @internal */
export interface Runnable {
  [RUN](): void;
}
