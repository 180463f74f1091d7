/** A module of Node, or undefined where there is none (a browser). @internal */
export function builtin<T>(name: string): T | undefined {
  const host = (globalThis as { process?: { getBuiltinModule?(name: string): unknown } }).process;
  return host?.getBuiltinModule?.(name) as T | undefined;
}

interface V8 {
  serialize(value: unknown): Uint8Array;
  deserialize(bytes: Uint8Array): unknown;
}

interface Serializer {
  writeHeader(): void;
  writeValue(value: unknown): void;
  releaseBuffer(): Uint8Array;
  _writeHostObject(value: object): void;
}

interface V8Module extends V8 {
  readonly DefaultSerializer: new () => Serializer;
}

/** V8's own serializer: structured clone as bytes. What cannot be bytes, memory that is shared, is refused. */
export const v8: V8 | undefined = /* @__PURE__ */ v8Of(builtin<V8Module>('node:v8'));

function v8Of(module: V8Module | undefined): V8 | undefined {
  if (module === undefined) return undefined;
  /** `v8.serialize`, which would copy what a view shows of shared memory. */
  class Bytes extends module.DefaultSerializer {
    override _writeHostObject(value: object): void {
      if (Object.prototype.toString.call((value as Partial<ArrayBufferView>).buffer) === '[object SharedArrayBuffer]') {
        throw new DOMException('memory that is shared cannot be copied', 'DataCloneError');
      }
      super._writeHostObject(value);
    }
  }
  const losesBlobs = !refuses(() => new Bytes().writeValue(new Blob([])));
  return {
    serialize(value) {
      if (losesBlobs) refuseBlobs(value);
      const bytes = new Bytes();
      bytes.writeHeader();
      bytes.writeValue(value);
      return bytes.releaseBuffer();
    },
    deserialize: (bytes) => module.deserialize(bytes),
  };
}

function refuses(call: () => void): boolean {
  try {
    call();
    return false;
  } catch {
    return true;
  }
}

/** V8 refuses a Blob; Node 24 makes an empty object of it, which is worse. Maps and sets are looked through, too. */
function refuseBlobs(value: unknown): void {
  const seen = new Set<unknown>();
  const left: unknown[] = [value];
  while (left.length > 0) {
    const next = left.pop();
    if (typeof next !== 'object' || next === null || ArrayBuffer.isView(next) || seen.has(next)) continue;
    if (next instanceof Blob) throw new DOMException('a Blob cannot be copied to another process', 'DataCloneError');
    seen.add(next);
    for (const item of partsOf(next)) left.push(item);
  }
}

function partsOf(value: object): Iterable<unknown> {
  if (value instanceof Map) return [...(value as Map<unknown, unknown>)].flat();
  return value instanceof Set || Array.isArray(value) ? (value as Iterable<unknown>) : Object.values(value);
}
