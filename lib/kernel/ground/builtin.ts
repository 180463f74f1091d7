/** A module of Node, or undefined where there is none (a browser). @internal */
export function builtin<T>(name: string): T | undefined {
  const host = (globalThis as { process?: { getBuiltinModule?(name: string): unknown } }).process;
  return host?.getBuiltinModule?.(name) as T | undefined;
}
