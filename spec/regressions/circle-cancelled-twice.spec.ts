import { type Task, createTask, run, sleep, wait } from 'rxtasks';

describe('two tasks that wait for each other', () => {
  it('end once each when both are asked to cancel at the same time', async () => {
    const reports: string[] = [];
    const ended: string[] = [];
    await run(function* (main) {
      main.loop.setExceptionHandler((_, { kind, exception }) => reports.push(`${kind}: ${String(exception)}`));
      function* waiting(name: string, other: () => Task<unknown>) {
        try {
          yield* sleep(0);
          yield* other();
        } finally {
          ended.push(name);
        }
      }
      const a: Task<unknown> = createTask(() => waiting('a', () => b));
      const b: Task<unknown> = createTask(() => waiting('b', () => a));
      yield* sleep(10);
      a.cancel();
      b.cancel();
      a.cancel();
      yield* wait([a, b]);
      expect([a.cancelled(), b.cancelled()]).toEqual([true, true]);
    });
    expect(ended.sort()).toEqual(['a', 'b']);
    expect(reports).toEqual([]);
  });
});
