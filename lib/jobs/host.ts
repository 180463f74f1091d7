/** A module of Node, or undefined where there is none (a browser). @internal */
export function builtin<T>(name: string): T | undefined {
  const host = (globalThis as { process?: { getBuiltinModule?(name: string): unknown } }).process;
  return host?.getBuiltinModule?.(name) as T | undefined;
}

interface V8 {
  serialize(value: unknown): Uint8Array;
  deserialize(bytes: Uint8Array): unknown;
}

/** V8's own serializer: structured clone as bytes. */
export const v8 = /* @__PURE__ */ builtin<V8>('node:v8');
