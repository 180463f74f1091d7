/**
 * Whole milliseconds from 1 to `longest`, random, but the same in every process; asyncio/sleep_times.py draws them too.
 */
export function sleepTimes(count: number, longest: number): number[] {
  let state = 1;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0; // a linear congruential generator, of Numerical Recipes
    return 1 + Math.floor((state / 2 ** 32) * longest);
  });
}

export function sum(numbers: readonly number[]): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
