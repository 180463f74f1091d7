// Runs in a process of its own, which V8 may end over it: fills the memory of a thread; prints lines, which the spec reads.
import { type BrokenExecutorError, ThreadPoolExecutor } from 'rxtasks/executors';

await using pool = new ThreadPoolExecutor({ maxWorkers: 1, resourceLimits: { maxOldGenerationSizeMb: 16 } });
const lost = pool.submit(() => {
  const kept: unknown[] = [];
  for (;;) kept.push(new Array(100).fill(kept.length));
});
const next = pool.submit((n: number) => n + 1, 1);
const { name, kind, cause } = (await lost.catch((error: unknown) => error)) as BrokenExecutorError;
console.log(name, kind, (cause as { code: string }).code);
console.log('next', await next);
