/**
 * How many points a sweep takes: all of them in `npm run test:all`, a few in `npm test`, which has the same sweeps for
 * those who wait for it.
 */
export function points(few: number, all = Infinity): number {
  return 'wholeSweeps' in globalThis ? all : few;
}

/**
 * The numbers from 0 to `count` - 1, or `most` of them: spread evenly, and in no step with anything that comes again and
 * again among them (by the golden ratio), so that what is swept in two dimensions is met in both.
 */
export function* spread(count: number, most: number): Generator<number, void> {
  if (count <= most) {
    for (let n = 0; n < count; n++) yield n;
    return;
  }
  const taken = new Set<number>();
  for (let i = 0; taken.size < most; i++) {
    const n = Math.floor(((i * 0.618_033_988_749_895) % 1) * count);
    if (taken.has(n)) continue;
    taken.add(n);
    yield n;
  }
}
