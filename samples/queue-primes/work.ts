/** What the workers do. They load this module: `rxtasks worker --module work.ts`. */
import type { RemoteTask } from 'rxtasks/executors';

export interface Counted {
  readonly primes: number;
  /** The process that has counted them. */
  readonly worker: number;
}

/** How many primes there are from `from` up to `to`, the simple way; first it reports who is at it. */
export function countPrimes(from: number, to: number, task: RemoteTask<number>): Counted {
  task.report(process.pid);
  let primes = 0;
  for (let n = from; n < to; n++) {
    task.signal.throwIfAborted();
    if (isPrime(n)) primes++;
  }
  return { primes, worker: process.pid };
}

function isPrime(n: number): boolean {
  if (n < 4) return n > 1;
  if (n % 2 === 0) return false;
  for (let divisor = 3; divisor * divisor <= n; divisor += 2) if (n % divisor === 0) return false;
  return true;
}
