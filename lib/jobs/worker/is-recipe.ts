/** A coroutine, an Observable, a generator object: something to be run as a task. @internal */
export function isRecipe(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof Promise) return false;
  return (
    (typeof (value as { subscribe?: unknown }).subscribe === 'function' &&
      typeof (value as { pipe?: unknown }).pipe === 'function') ||
    Object.prototype.toString.call(value) === '[object Generator]'
  );
}
