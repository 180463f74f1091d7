import type { Json, Row } from './program.js';

const unnamed = /^Task-\d+$/;

/** Did nobody give the task a name? */
export function isUnnamed(name: string): boolean {
  return unnamed.test(name);
}

/** Renames tasks that nobody named to `~1`, `~2`, … by first appearance. */
export function canonical(trace: readonly Row[]): Row[] {
  const names = new Map<string, string>();

  function rename(name: string): string {
    if (!isUnnamed(name)) return name;
    let short = names.get(name);
    if (short === undefined) names.set(name, (short = `~${names.size + 1}`));
    return short;
  }

  function walk(value: Json): Json {
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, field]) => [
        key,
        isReference(key) && typeof field === 'string' ? rename(field) : walk(field),
      ]),
    );
  }

  return trace.map(([time, task, event, value]) => [time, rename(task), event, walk(value)]);
}

function isReference(key: string): boolean {
  return key === 'of' || key === 'task' || key === '$ref';
}
