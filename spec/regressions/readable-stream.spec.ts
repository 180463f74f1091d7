import { firstValueFrom } from 'rxjs';
import { createTask, run } from 'rxtasks';

describe('a task over a ReadableStream', () => {
  it('ends when it is cancelled while no chunk comes, and cancels the stream', async () => {
    const log: string[] = [];
    const silent = new ReadableStream<number>({
      start: (controller) => controller.enqueue(1),
      cancel: () => void log.push('stream cancelled'),
    });
    await run(async () => {
      const task = createTask(silent);
      await firstValueFrom(task.progress$);
      task.cancel();
      await task.catch((error: unknown) => log.push((error as Error).name));
    });
    expect(log).toEqual(['stream cancelled', 'CancelledError']);
    expect(silent.locked).toBe(false);
  });

  it('gives the last chunk and leaves the stream unlocked', async () => {
    const stream = new ReadableStream<number>({
      start: (controller) => {
        controller.enqueue(1);
        controller.enqueue(2);
        controller.close();
      },
    });
    expect(await run(stream)).toBe(2);
    expect(stream.locked).toBe(false);
  });

  it('fails as the stream does', async () => {
    const broken = new ReadableStream<number>({ start: (controller) => controller.error(new Error('broken')) });
    await expect(run(broken)).rejects.toThrow('broken');
  });
});
