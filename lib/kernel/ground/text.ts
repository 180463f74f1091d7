import { TEXT } from './protocol.js';

/** How many levels of "awaiting <…>" a text shows. */
export const TEXT_DEPTH = 3;

/** A short text of any value, for error messages and for the texts of tasks. Never throws. @internal */
export function text(value: unknown, depth = TEXT_DEPTH): string {
  try {
    if (value === null) return 'null';
    switch (typeof value) {
      case 'string':
        return cut(JSON.stringify(value));
      case 'bigint':
        return `${value}n`;
      case 'function':
        return value.name ? `function ${value.name}` : 'a function';
      case 'object':
        return objectText(value, depth);
      default:
        return String(value);
    }
  } catch {
    return 'a value without text';
  }
}

function objectText(value: object, depth: number): string {
  if (TEXT in value) return (value as { [TEXT](depth: number): string })[TEXT](depth);
  if (isErrorLike(value)) return cut(errorText(value));
  if (Array.isArray(value)) {
    if (depth <= 0) return '[…]';
    const shown = value.slice(0, 5).map((item) => text(item, depth - 1));
    return cut(`[${shown.join(', ')}${value.length > 5 ? ', …' : ''}]`);
  }
  const name = (Object.getPrototypeOf(value) as { constructor?: { name?: string } } | null)?.constructor?.name;
  if (name && name !== 'Object') return `<${name}>`;
  const entries = Object.entries(value).slice(0, 4);
  if (depth <= 0) return '{…}';
  return cut(`{${entries.map(([key, item]) => `${key}: ${text(item, depth - 1)}`).join(', ')}}`);
}

/** `ErrA: message`, or `ErrA` alone. @internal */
export function errorText(error: unknown): string {
  if (!isErrorLike(error)) return text(error, 1);
  return error.message ? `${error.name}: ${String(error.message)}` : error.name;
}

/** Looks like an Error; `instanceof` fails for errors of another realm. @internal */
export function isErrorLike(value: unknown): value is Error {
  return (
    typeof value === 'object' &&
    value !== null &&
    'message' in value &&
    'name' in value &&
    typeof value.name === 'string'
  );
}

function cut(line: string): string {
  return line.length > 120 ? `${line.slice(0, 117)}...` : line;
}

/** `a function`, `5`, `null`: what came instead of what was expected. @internal */
export function got(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'object' || typeof value === 'function') return text(value);
  return `${text(value)} (${typeof value})`;
}
