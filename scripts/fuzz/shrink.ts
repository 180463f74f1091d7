import type { Program } from '../../spec/conformance/program.js';

type Node = Record<string, unknown>;

/** What a statement or expression can do without. */
const optional = [
  'except',
  'else',
  'finally',
  'then',
  'do',
  'value',
  'msg',
  'return_exceptions',
  'max',
  'on_error',
  'eager',
];
const bodies = ['body', 'then', 'else', 'finally'];

/** Makes the program smaller as long as `fails` says that it still fails. */
export async function shrink(program: Program, fails: (program: Program) => Promise<boolean>): Promise<Program> {
  let smallest = program;
  let improved = true;
  while (improved) {
    improved = false;
    for (let at = 0; ;) {
      const candidate = structuredClone(smallest) as unknown as Node;
      const edit = nth(edits(candidate), at);
      if (!edit) break;
      edit();
      if (await fails(candidate as unknown as Program)) {
        smallest = candidate as unknown as Program;
        improved = true;
      } else {
        at += 1;
      }
    }
  }
  return smallest;
}

function nth<T>(items: Iterable<T>, index: number): T | undefined {
  let left = index;
  for (const item of items) if (left-- === 0) return item;
  return undefined;
}

/** All single steps that make the program smaller, the big ones first. */
function* edits(node: Node): Generator<() => void> {
  yield* editsOf(node);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child === 'object' && child !== null) yield* edits(child as Node);
    }
  }
}

function* editsOf(node: Node): Generator<() => void> {
  for (const key of optional) if (key in node) yield () => delete node[key];
  for (const [key, field] of Object.entries(node)) {
    if (!Array.isArray(field)) {
      const inner = smallerExpression(field);
      if (inner !== undefined) yield () => (node[key] = inner);
      continue;
    }
    const value: unknown[] = field;
    for (let size = value.length; size >= 1; size = Math.floor(size / 2)) {
      for (let from = 0; from < value.length; from += size) yield () => value.splice(from, size);
    }
    for (const [index, item] of value.entries()) {
      const inner = smallerExpression(item);
      if (inner !== undefined) yield () => (value[index] = inner);
      if (typeof item !== 'object' || item === null || !('op' in item)) continue;
      for (const part of bodies) {
        const body = (item as Node)[part];
        if (Array.isArray(body)) yield () => value.splice(index, 1, ...(body as unknown[]));
      }
    }
  }
}

/** The expression inside `gather`, `shield` or `wait_for`. */
function smallerExpression(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if ('gather' in value && Array.isArray(value.gather) && value.gather.length === 1) return value.gather[0] as unknown;
  if ('shield' in value) return value.shield;
  if ('wait_for' in value) return value.wait_for;
  return undefined;
}
