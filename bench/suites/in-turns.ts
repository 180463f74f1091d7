import { middle } from './measure.js';

/** Milliseconds of one run of each contender: medians of rounds in which all take their turns, after one to warm up. */
export async function inTurns<T>(
  contenders: readonly T[],
  rounds: number,
  run: (contender: T) => Promise<unknown>,
): Promise<number[]> {
  const times = contenders.map((): number[] => []);
  for (let round = -1; round < rounds; round++) {
    for (const [index, contender] of contenders.entries()) {
      const start = performance.now();
      await run(contender);
      if (round >= 0) times[index]!.push(performance.now() - start);
    }
  }
  return times.map(middle);
}
