import * as library from '../../errors/index.js';
import { BrokenExecutorError } from './broken-executor-error.js';
import { type CallSite, framesOf } from './call-site.js';
import { isCloneable } from './values.js';
import type { WireError, WireThrown } from './wire.js';

/**
 * What was thrown in a worker, ready to travel: nothing in it can fail to be cloned.
 *
 * @param above the errors that it is the cause, or one of the errors, of
 * @internal
 */
export function packThrown(thrown: unknown, above: readonly unknown[] = []): WireThrown {
  try {
    if (isError(thrown)) return { error: packError(thrown, [...above, thrown]) };
    if (isCloneable(thrown, true)) return { value: thrown };
    const error = new TypeError(`the function threw a value that cannot be copied: ${describe(thrown)}`);
    return { error: packError(error, above) };
  } catch (error) {
    // a getter of it threw, or it is a proxy that does
    return { error: packError(new TypeError(`the function threw what cannot be read: ${String(error)}`), []) };
  }
}

/** What a job ends with whose result cannot be copied. @internal */
export function uncloneableResult(name: string, error: unknown): WireThrown {
  const { message } = error as Error;
  return packThrown(new DOMException(`the result of '${name}' cannot be copied: ${message}`, 'DataCloneError'));
}

/** What `report` throws for a value that cannot be copied; a channel between processes throws plain errors. @internal */
export function uncloneableReport(error: unknown): DOMException {
  return new DOMException(`report(progress): ${(error as Error).message}`, 'DataCloneError');
}

function packError(error: Error, path: readonly unknown[]): WireError {
  const properties: Record<string, unknown> = {};
  for (const key of Object.keys(error)) {
    if (key in standard) continue;
    const value = read(error, key);
    if (isCloneable(value, true)) properties[key] = value;
  }
  const { cause, errors } = error as { cause?: unknown; errors?: unknown };
  const goesOn = (next: unknown) => path.length <= DEEPEST && !path.includes(next);
  return {
    type: typeOf(error),
    name: String(error.name),
    message: String(error.message),
    ...(typeof error.stack === 'string' ? { stack: ownFrames(error.stack) } : {}),
    ...(Object.keys(properties).length > 0 ? { properties } : {}),
    ...(cause !== undefined && goesOn(cause) ? { cause: packThrown(cause, path) } : {}),
    ...(Array.isArray(errors) && path.length <= DEEPEST
      ? { errors: errors.filter(goesOn).map((each) => packThrown(each, path)) }
      : {}),
  };
}

function read(error: Error, key: string): unknown {
  try {
    return (error as unknown as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

const standard = { name: 0, message: 0, stack: 0, cause: 0, errors: 0 };

/** Causes of causes end here. */
const DEEPEST = 8;

function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]' || isDomException(value);
}

function isDomException(value: unknown): boolean {
  return typeof DOMException === 'function' && value instanceof DOMException;
}

function typeOf(error: Error): string {
  const { name } = (error.constructor as { name?: unknown } | undefined) ?? {};
  return typeof name === 'string' && name !== '' ? name : String(error.name);
}

function describe(value: unknown): string {
  if (typeof value === 'function') return `function ${value.name}`;
  return typeof value === 'symbol' ? String(value) : Object.prototype.toString.call(value);
}

/** The frames of the function; those of the machinery that called it are of no use to anybody. */
function ownFrames(stack: string): string {
  const lines = stack.split('\n');
  const machinery = lines.findIndex((line) => /[\\/]jobs[\\/]worker[\\/]|[\\/]piscina[\\/]dist[\\/]/.test(line));
  return machinery <= 0 ? stack : lines.slice(0, machinery).join('\n');
}

/** What was thrown in a worker, here again; its stack goes on with that of the place that submitted it. @internal */
export function thrownValue(thrown: WireThrown, place?: CallSite): unknown {
  return 'error' in thrown ? unpackError(thrown.error, place) : thrown.value;
}

function unpackError(wire: WireError, place: CallSite | undefined): Error {
  const error = wire.type === 'DOMException' ? new DOMException(wire.message, wire.name) : create(wire);
  const own = (key: string, value: unknown, enumerable = false) =>
    Object.defineProperty(error, key, { value, enumerable, configurable: true, writable: true });
  if (error.name !== wire.name) own('name', wire.name);
  if (wire.cause) own('cause', thrownValue(wire.cause));
  if (wire.errors) {
    own(
      'errors',
      wire.errors.map((each) => thrownValue(each)),
    );
  }
  for (const [key, value] of Object.entries(wire.properties ?? {})) own(key, value, true);
  const here = place && framesOf(place);
  const there = wire.stack ?? `${wire.name}: ${wire.message}`;
  own('stack', here ? `${there}\n    at (the worker; submitted:)\n${here}` : there);
  return error;
}

function create({ type, message }: WireError): Error {
  const error = new Error(message);
  Object.setPrototypeOf(error, knownPrototype(type) ?? (foreign(type).prototype as Error));
  return error;
}

/** A class may be called `toString`, or what the library calls a function. */
function knownPrototype(type: string): Error | undefined {
  const prototype = knownTypes[type]?.prototype as Error | undefined;
  return prototype === Error.prototype || prototype instanceof Error ? prototype : undefined;
}

const knownTypes: Record<string, { prototype: unknown } | undefined> = {
  ...library,
  BrokenExecutorError,
  AggregateError,
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

const foreignTypes = new Map<string, { prototype: unknown }>();

/** A class of errors that exists only where it was thrown: here, one of the same name stands for it. */
function foreign(type: string): { prototype: unknown } {
  let found = foreignTypes.get(type);
  if (found === undefined) {
    const named: Record<string, { prototype: unknown }> = { [type]: class extends Error {} };
    found = named[type]!;
    Object.defineProperty(found.prototype, 'name', { value: type, configurable: true, writable: true });
    if (foreignTypes.size < 1000) foreignTypes.set(type, found);
  }
  return found;
}
