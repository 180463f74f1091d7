import { type Coroutine, coroutine } from 'rxtasks';
import { ExploreError, type ExploreOptions, explore } from 'rxtasks/testing';

/** What `explore` throws. */
export function failureOf(main: Parameters<typeof explore>[0], options?: ExploreOptions): ExploreError {
  try {
    explore(main, options);
  } catch (error) {
    if (error instanceof ExploreError) return error;
    throw error;
  }
  throw new Error('no order has failed');
}

/** A task that writes its name at each of its steps. */
export function stepper(log: string[], name: string, steps: number): Coroutine<void> {
  const step = coroutine(function* step() {
    for (let i = 1; i <= steps; i++) {
      log.push(`${name}${i}`);
      if (i < steps) yield;
    }
  });
  return step();
}
