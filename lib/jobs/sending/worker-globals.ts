const ECMASCRIPT = `
  Array ArrayBuffer AggregateError Atomics BigInt BigInt64Array BigUint64Array Boolean DataView Date Error EvalError
  FinalizationRegistry Float32Array Float64Array Function Infinity Int16Array Int32Array Int8Array Intl JSON Map Math NaN Number
  Object Promise Proxy RangeError ReferenceError Reflect RegExp Set SharedArrayBuffer String Symbol SyntaxError TypeError
  URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet WebAssembly
  decodeURI decodeURIComponent encodeURI encodeURIComponent escape eval globalThis isFinite isNaN parseFloat parseInt undefined
  unescape`;

/** The interfaces of the web that Node has too. */
const WEB = `
  AbortController AbortSignal Blob BroadcastChannel ByteLengthQueuingStrategy CompressionStream CountQueuingStrategy Crypto
  CryptoKey CustomEvent DOMException DecompressionStream Event EventTarget File FormData Headers MessageChannel MessageEvent
  MessagePort Performance PerformanceEntry PerformanceMark PerformanceMeasure PerformanceObserver PerformanceObserverEntryList
  PerformanceResourceTiming ReadableByteStreamController ReadableStream ReadableStreamBYOBReader ReadableStreamBYOBRequest
  ReadableStreamDefaultController ReadableStreamDefaultReader Request Response SubtleCrypto TextDecoder TextDecoderStream
  TextEncoder TextEncoderStream TransformStream TransformStreamDefaultController URL URLSearchParams WritableStream
  WritableStreamDefaultController WritableStreamDefaultWriter
  atob btoa clearInterval clearTimeout console crypto fetch performance queueMicrotask setInterval setTimeout structuredClone`;

const NODE = `Buffer clearImmediate global process setImmediate`;

/** What newer versions have beyond Node 20. */
const SINCE: readonly (readonly [version: number, names: string])[] = [
  [22, `Iterator Navigator WebSocket navigator`],
  [24, `AsyncDisposableStack CloseEvent DisposableStack Float16Array SuppressedError URLPattern`],
];

const BROWSER = `
  CacheStorage CloseEvent DedicatedWorkerGlobalScope ErrorEvent EventSource FileReader FileReaderSync IDBKeyRange ImageBitmap
  ImageData Iterator OffscreenCanvas PromiseRejectionEvent WebSocket Worker WorkerGlobalScope WorkerLocation WorkerNavigator
  XMLHttpRequest caches cancelAnimationFrame createImageBitmap importScripts indexedDB isSecureContext location navigator origin
  requestAnimationFrame self`;

/**
 * The names that code finds in a worker, by the version of Node (null: in a browser). They are written down, not looked up:
 * what the calling side has on its global object, or has put there, says nothing about the worker.
 *
 * @internal
 */
export function globalsOf(nodeVersion: string | null): ReadonlySet<string> {
  const lists = [ECMASCRIPT, WEB];
  if (nodeVersion === null) {
    lists.push(BROWSER);
  } else {
    const major = Number.parseInt(nodeVersion, 10);
    lists.push(NODE, ...SINCE.filter(([version]) => major >= version).map(([, names]) => names));
  }
  return new Set(lists.join(' ').trim().split(/\s+/));
}

/** The names that every worker of this platform has. @internal */
export const workerGlobals: ReadonlySet<string> = /* @__PURE__ */ globalsOf(nodeVersion());

function nodeVersion(): string | null {
  return (globalThis as { process?: { versions?: { node?: string } } }).process?.versions?.node ?? null;
}
