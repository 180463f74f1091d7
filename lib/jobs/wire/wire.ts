/**
 * What travels between an executor and its workers. Everything here survives the structured clone algorithm.
 *
 * ```
 * executor   Call ─────────────────────▶ worker
 *                 ◀──────── report ─────
 *            cancel ───────────────────▶
 *                 ◀──────── Answer ─────
 * ```
 *
 * @internal
 */

/** Where the function comes from: an export of a module, or its own source text. @internal */
export type FunctionReference =
  { readonly module: string; readonly name: string } | { readonly source: string; readonly name: string };

/** What runs where the caller is and is to hold in the worker too. @internal */
export interface Carried {
  /** The context variables that have a value, by name. */
  readonly variables?: readonly (readonly [name: string, value: unknown])[];
  /** W3C trace context. */
  readonly traceparent?: string;
  readonly tracestate?: string;
}

/** One call of a function. @internal */
export interface Call {
  /** What the job is called in logs. */
  readonly name: string;
  readonly fn: FunctionReference;
  /** As they are, or the list of them as V8 serialized it. */
  readonly args: readonly unknown[] | Uint8Array;
  readonly carried?: Carried;
}

/** A cancel request. @internal */
export interface WireRequest {
  /** What was given to `cancel(message)`. */
  readonly message?: string;
  /** Who asked. */
  readonly requester?: string;
}

/** An error with everything that tells about it. @internal */
export interface WireError {
  /** The name of its class. */
  readonly type: string;
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  /** Its other own properties, as far as they can be cloned. */
  readonly properties?: Record<string, unknown>;
  readonly cause?: WireThrown;
  /** Of an AggregateError. */
  readonly errors?: readonly WireThrown[];
}

/** Whatever was thrown: an error, or a value that is none. @internal */
export type WireThrown = { readonly error: WireError } | { readonly value: unknown };

/** How a job ended. @internal */
export type Answer =
  | { readonly value: unknown }
  | { readonly thrown: WireThrown }
  /** It was asked to cancel and has done so. */
  | { readonly cancelled: true };
