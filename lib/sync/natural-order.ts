import { refusal } from '../kernel/index.js';

/**
 * The order that values have without anybody saying so: by `<`, arrays element by element, a shorter one before a longer
 * one that begins with it.
 *
 * `<` alone is no order over values of different kinds (of 5, '10' and 'a' each would equal or precede another in a
 * circle), and a heap needs one: so kinds are kept apart, numbers first, then strings, then arrays; all the rest counts as
 * equal.
 */
export function naturalOrder(a: unknown, b: unknown): number {
  if (Array.isArray(a) && Array.isArray(b)) return elementOrder(a, b);
  const x = primitive(a);
  const y = primitive(b);
  const kind = kindOf(x) - kindOf(y);
  if (kind !== 0 || kindOf(x) === Kind.None) return kind;
  return (x as string) < (y as string) ? -1 : (x as string) > (y as string) ? 1 : 0;
}

function elementOrder(a: readonly unknown[], b: readonly unknown[]): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const order = naturalOrder(a[i], b[i]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Refuses what has no natural order: it would come out in the order in which it was put, to everybody's surprise. */
export function assertOrder(item: unknown): void {
  let first = item;
  while (Array.isArray(first) && first.length > 0) first = first[0] as unknown;
  if (kindOf(primitive(first)) !== Kind.None) return;
  const what = Array.isArray(item) ? 'an array that begins with one, ' : '';
  throw new TypeError(
    refusal(
      'PriorityQueue.put(item)',
      `something that < orders, ${what}or a compare function in the constructor`,
      first,
      'put [priority, item], or pass compare: new PriorityQueue(0, (a, b) => a.priority - b.priority)',
    ),
  );
}

const Kind = { Number: 0, String: 1, Array: 2, None: 3 } as const;

function kindOf(value: unknown): number {
  switch (typeof value) {
    case 'number':
      return Number.isNaN(value) ? Kind.None : Kind.Number;
    case 'bigint':
    case 'boolean':
      return Kind.Number;
    case 'string':
      return Kind.String;
    default:
      return Array.isArray(value) ? Kind.Array : Kind.None;
  }
}

/** What `<` would compare: the value itself, or what an object (a date) gives as its value. */
function primitive(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return typeof value.valueOf === 'function' ? value.valueOf() : value;
}
