import type { Program } from './program.js';
import { isSound } from './sound.js';

type Node = Record<string, unknown>;

/** Makes a program as small as it can be while it `fails`: fewer statements, then smaller numbers. */
export async function shrink(program: Program, fails: (program: Program) => Promise<boolean>): Promise<Program> {
  let smallest = program;
  for (let improved = true; improved;) {
    improved = false;
    for (let at = 0; ;) {
      const candidate = structuredClone(smallest) as unknown as Node;
      const edit = nth(edits(candidate), at);
      if (edit === undefined) break;
      edit();
      if (isSound(candidate as unknown as Program) && (await fails(candidate as unknown as Program))) {
        smallest = candidate as unknown as Program;
        improved = true;
      } else {
        at++;
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

/** All single steps that make it smaller, the big ones first. */
function* edits(node: Node): Generator<() => void> {
  yield* editsOf(node);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? (value as unknown[]).flat() : [value]) {
      if (typeof child === 'object' && child !== null) yield* edits(child as Node);
    }
  }
}

const optional = ['handler', 'finally', 'abortAfter', 'message'];
const simplest: Readonly<Record<string, unknown>> = {
  eager: false,
  returnExceptions: false,
  timeout: null,
  pace: null,
  leaveAt: null,
  ordered: false,
  detached: false,
  fails: false,
  values: 1,
  endDelay: 0,
};

function* editsOf(node: Node): Generator<() => void> {
  for (const value of Object.values(node)) {
    if (!Array.isArray(value)) continue;
    const list = value as unknown[];
    for (let size = list.length; size >= 1; size = Math.floor(size / 2)) {
      for (let from = 0; from + size <= list.length; from += size) yield () => void list.splice(from, size);
    }
    for (const [index, item] of list.entries()) {
      if (typeof item !== 'object' || item === null || !('op' in item)) continue;
      for (const part of Object.values(item as Node)) {
        if (isBody(part)) yield () => void list.splice(index, 1, ...part);
      }
    }
  }
  for (const key of optional) if (key in node) yield () => void delete node[key];
  for (const [key, value] of Object.entries(simplest)) {
    if (key in node && node[key] !== value) yield () => void (node[key] = value);
  }
  for (const [key, value] of Object.entries(node)) {
    if (key === 'seed' || typeof value !== 'number') continue;
    for (const less of [Math.floor(value / 4), Math.floor(value / 2), value - 1]) {
      if (less > 0 && less < value) yield () => void (node[key] = less);
    }
  }
}

function isBody(part: unknown): part is unknown[] {
  return Array.isArray(part) && part.some((item) => typeof item === 'object' && item !== null && 'op' in item);
}
