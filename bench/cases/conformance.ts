import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Program, Result } from '../../spec/conformance/program.js';
import type { Benchmark } from '../benchmark.js';

interface Fixture {
  readonly program: Program;
  readonly expected: Result;
}

/** The programs whose traces on CPython are kept with the specs, over and over again until there are so many. */
function readFixtures(count: number): Fixture[] {
  const folder = 'spec/conformance/fixtures';
  const fixtures = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.jsonl'))
    .sort()
    .flatMap((file) => readFileSync(path.join(folder, file), 'utf8').trim().split('\n'))
    .map((line) => JSON.parse(line) as Fixture);
  return Array.from({ length: count }, (_, n) => fixtures[n % fixtures.length]!);
}

/** Ours is the interpreter of the conformance specs, theirs the oracle. The time is that of the programs; then the traces are compared. */
export default {
  title: 'Programs of the conformance specs, in virtual time',
  per: 'program',
  sizes: [1_000],
  measures: 'given',
  contenders: {
    rxtasks: {
      async prepare(size) {
        const { interpret } = await import('../../spec/conformance/interpreter.js');
        const { onVirtualTimeScheduler } = await import('../../spec/conformance/loops.js');
        const fixtures = readFixtures(size);
        return async () => {
          const results: Result[] = [];
          const start = performance.now();
          for (const { program } of fixtures) results.push(await interpret(program, onVirtualTimeScheduler));
          const time = performance.now() - start;
          for (const [n, { program, expected }] of fixtures.entries()) {
            if (!isDeepStrictEqual(results[n], expected)) throw new Error(`program ${program.id} ran differently`);
          }
          return time;
        };
      },
    },
    asyncio: { python: 'conformance' },
  },
} satisfies Benchmark;
