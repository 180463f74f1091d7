import { EmptyError, firstValueFrom } from 'rxjs';
import { type StreamLike, createTask, gather, isCancelled, mapTask, resultOf, run, sleep } from 'rxtasks';

/** A stream that is no async iterable, as in Safari: all that it has is its reader. */
function safariStream<T>(stream: ReadableStream<T>): StreamLike<T> {
  return { getReader: () => stream.getReader() };
}

function streamOf(...chunks: string[]): ReadableStream<string> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

/** A stream that gives one chunk and then nothing, and notes that it was cancelled. */
function openStream(events: string[]): ReadableStream<string> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue('chunk');
    },
    cancel() {
      events.push('cancelled');
    },
  });
}

describe.each([
  ['with async iteration', <T>(stream: ReadableStream<T>) => stream as StreamLike<T>],
  ['with a reader only', safariStream],
])('a ReadableStream %s', (_, made) => {
  it('is a source: each chunk is progress, the last one the result', () =>
    run(async () => {
      const task = createTask(made(streamOf('a', 'b')));
      const progress: unknown[] = [];
      task.progress$.subscribe((chunk) => progress.push(chunk));
      expect(await task).toBe('b');
      expect(progress).toEqual(['a', 'b']);
      expect(await resultOf(made(streamOf('c')))).toBe('c');
      expect(await gather([made(streamOf('d')), made(streamOf('e'))])).toEqual(['d', 'e']);
    }));

  it('is cancelled along with the task', () =>
    run(async () => {
      const events: string[] = [];
      const stream = openStream(events);
      const task = createTask(made(stream));
      await firstValueFrom(task.progress$);
      task.cancel();
      expect(isCancelled(await task.catch((error: unknown) => error))).toBe(true);
      expect(events).toEqual(['cancelled']);
      expect(stream.locked).toBe(false);
    }));

  it('fails the task with its error, and with EmptyError if it has no chunk', () =>
    run(async () => {
      const boom = new Error('boom');
      const failing = new ReadableStream({
        pull() {
          throw boom;
        },
      });
      await expect(createTask(made(failing))).rejects.toBe(boom);
      await expect(createTask(made(streamOf()))).rejects.toBeInstanceOf(EmptyError);
    }));

  it('is read chunk by chunk by mapTask, as there are places', () =>
    run(async () => {
      let pulled = 0;
      const numbers = new ReadableStream<number>(
        {
          pull(controller) {
            controller.enqueue(++pulled);
          },
        },
        { highWaterMark: 0 },
      );
      for await (const n of mapTask(made(numbers), (each) => sleep(1, each), { concurrency: 2, ordered: true })) {
        if (n === 3) break;
      }
      expect(pulled).toBeLessThanOrEqual(5);
    }));

  it('is the body of a response', () =>
    run(async () => {
      const { body } = new Response('hello');
      expect(new TextDecoder().decode(await createTask(made(body!)))).toBe('hello');
    }));
});
