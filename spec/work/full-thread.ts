import { ThreadPoolExecutor } from '../../lib/executors/index.js';

/** Fills the memory of a thread, in a process that may end over it; tells of the error, and what the next job gave. */
export async function fillThread(): Promise<{ error: unknown; next: number }> {
  await using pool = new ThreadPoolExecutor({ maxWorkers: 1, resourceLimits: { maxOldGenerationSizeMb: 16 } });
  const lost = pool.submit(() => {
    const kept: unknown[] = [];
    for (;;) kept.push(new Array(100).fill(kept.length));
  });
  const next = pool.submit((n: number) => n + 1, 1);
  const error = await lost.catch((thrown: unknown) => {
    const { name, kind, cause } = thrown as { name: string; kind: string; cause?: { code?: string } };
    return { name, kind, code: cause?.code };
  });
  return { error, next: await next };
}
