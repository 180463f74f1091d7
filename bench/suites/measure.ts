/** Milliseconds of one run, the median of several, each after a forced garbage collection. */
export async function median(rounds: number, run: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  await run(); // a warm-up, so that the compiler is not what is measured
  for (let i = 0; i < rounds; i++) {
    collectGarbage();
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return middle(times);
}

export function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}

export function collectGarbage(): void {
  const { gc } = globalThis as { gc?: () => void };
  if (!gc) throw new Error('start with node --expose-gc, as `npm run bench` does');
  gc();
}

/** Bytes on the heap per item, while `hold` keeps `count` of them. */
export async function bytesEach(count: number, hold: () => Promise<() => void>): Promise<number> {
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const release = await hold();
  collectGarbage();
  const after = process.memoryUsage().heapUsed;
  release();
  return (after - before) / count;
}
