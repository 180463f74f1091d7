import { v8 } from './node-builtins.js';

/** The arguments of a call, ready to travel. @internal */
export interface Packed {
  readonly values: readonly unknown[] | Uint8Array;
  /** What of them is handed over. */
  readonly transfer: readonly unknown[];
}

const nothing: readonly unknown[] = [];

/**
 * Copies the arguments, at the call: what the caller changes afterwards is not seen by the worker, and what cannot be copied is
 * refused before anything starts. The copy is in V8's own bytes where possible, which a worker turns into values at no
 * further cost; what only threads can share or take over travels as it is.
 *
 * **Errors:** DataCloneError, naming the argument.
 *
 * @param bytesOnly see `Engine.bytesOnly`
 * @internal
 */
export function packArguments(call: string, args: readonly unknown[], bytesOnly = false): Packed {
  if (args.every(isPlainPrimitive)) return { values: args, transfer: nothing };
  const list = [...new Set(args.flatMap((arg) => handedOver.get(arg as object) ?? nothing))];
  try {
    if (bytesOnly && v8 !== undefined) {
      const values = v8.serialize(args);
      if (list.length > 0) structuredClone(null, { transfer: list as Transferable[] });
      return { values, transfer: nothing };
    }
    if (list.length > 0) {
      const [values, transfer] = structuredClone([args, list], { transfer: list as Transferable[] });
      return { values: values as unknown[], transfer: transfer as unknown[] };
    }
    if (v8 !== undefined) {
      const bytes = serialized(v8, args);
      if (bytes !== undefined) {
        return { values: bytes, transfer: bytes.byteLength < WORTH_A_TRANSFER ? nothing : [bytes.buffer] };
      }
    }
    return { values: structuredClone(args), transfer: nothing };
  } catch (error) {
    throw notCloneable(call, args, error, bytesOnly);
  }
}

/** From how many bytes on handing a buffer over is cheaper than copying it. */
const WORTH_A_TRANSFER = 65536;

function serialized(serializer: NonNullable<typeof v8>, args: readonly unknown[]): Uint8Array | undefined {
  try {
    return serializer.serialize(args);
  } catch {
    return undefined; // a SharedArrayBuffer, a Blob, a key: what structuredClone can do and bytes cannot
  }
}

/** The arguments again. @internal */
export function unpackArguments(values: readonly unknown[] | Uint8Array): readonly unknown[] {
  return ArrayBuffer.isView(values) ? (v8!.deserialize(values) as unknown[]) : values;
}

/**
 * A value on its way from one process to another. The channel between them copies what it does not know, a Blob, as an empty
 * object; V8's own bytes refuse it.
 *
 * **Errors:** DataCloneError.
 *
 * @internal
 */
export function packValue(value: unknown): Packed['values'] {
  return isPlainPrimitive(value) ? [value] : v8!.serialize([value]);
}

/** @internal */
export function unpackValue(packed: unknown): unknown {
  return unpackArguments(packed as Packed['values'])[0];
}

function isPlainPrimitive(value: unknown): boolean {
  switch (typeof value) {
    case 'object':
      return value === null;
    case 'function':
    case 'symbol':
      return false;
    default:
      return true;
  }
}

/** @internal */
export function isCloneable(value: unknown, bytesOnly = false): boolean {
  if (isPlainPrimitive(value)) return true;
  try {
    if (bytesOnly && v8 !== undefined) v8.serialize(value);
    else structuredClone(value);
    return true;
  } catch {
    return false;
  }
}

// ---- what cannot be copied ----------------------------------------------------------------------------------------

function notCloneable(call: string, args: readonly unknown[], error: unknown, bytesOnly: boolean): unknown {
  const index = args.findIndex((arg) => !isCloneable(arg, bytesOnly));
  if (index === -1) return error;
  const culprit = findCulprit(args[index], `argument ${index + 1}`, new Set(), bytesOnly);
  return new DOMException(
    `${call}: ${culprit ?? `argument ${index + 1} cannot be copied`}; pass plain data, and what has to be made there by a function: ` +
      'make it inside',
    'DataCloneError',
  );
}

function findCulprit(value: unknown, path: string, seen: Set<unknown>, bytesOnly: boolean): string | undefined {
  if (typeof value === 'function') {
    return `${path} is a function (${value.name || 'anonymous'}), which cannot be copied`;
  }
  if (typeof value === 'symbol') return `${path} is a symbol, which cannot be copied`;
  if (typeof value !== 'object' || value === null || seen.has(value)) return undefined;
  seen.add(value);
  for (const [key, item] of partsOf(value)) {
    const found = findCulprit(item, path + key, seen, bytesOnly);
    if (found !== undefined) return found;
  }
  if (isCloneable(value, bytesOnly)) return undefined;
  const name = (Object.getPrototypeOf(value) as { constructor?: { name?: string } } | null)?.constructor?.name;
  return `${path} is a ${name ?? 'value'}, which cannot be copied`;
}

/** What is inside of an object, and how that is written. */
function partsOf(value: object): [key: string, item: unknown][] {
  if (value instanceof Map) {
    return [...value].flatMap(([key, item]): [string, unknown][] => [
      ['.key', key],
      ['.value', item],
    ]);
  }
  if (value instanceof Set) return [...value].map((item) => ['.item', item]);
  return Object.entries(value).map(([key, item]) => [Array.isArray(value) ? `[${key}]` : `.${key}`, item]);
}

// ---- handing over ------------------------------------------------------------------------------------------------------

const handedOver = new WeakMap<object, readonly unknown[]>();

/**
 * Marks an argument whose memory is handed over instead of copied: `submit(fn, transfer(bytes, [bytes.buffer]))`. It is of no
 * use to the caller from then on. Threads and Web Workers take it over; for processes and queues it is copied all the same.
 *
 * ```ts
 * import { InlineExecutor, transfer } from 'rxtasks/executors';
 *
 * const bytes = new Uint8Array(3);
 * await using executor = new InlineExecutor();
 * const length = await executor.submit((taken: Uint8Array) => taken.length, transfer(bytes, [bytes.buffer]));
 * console.log(length, bytes.length); // 3 0
 * ```
 *
 * The DOM: the `transfer` option of `structuredClone` and `postMessage`.
 */
export function transfer<T extends object>(value: T, list: readonly Transferable[]): T {
  if (typeof value !== 'object' || value === null || !Array.isArray(list)) {
    throw new TypeError('transfer(value, list): expected an object and the list of what is handed over of it');
  }
  handedOver.set(value, list);
  return value;
}
