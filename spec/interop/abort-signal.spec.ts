import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

import { NEVER, lastValueFrom } from 'rxjs';
import { cancelOn, coroutine, createTask, currentTask, isCancelled, resultOf, run, sleep, withTimeout } from 'rxtasks';

describe('an AbortSignal, in', () => {
  it('cancels a task, with its reason as the cause', () =>
    run(async () => {
      const controller = new AbortController();
      const task = createTask(sleep(60_000), { signal: controller.signal });
      await sleep(1);
      const reason = new Error('the user has gone');
      controller.abort(reason);
      const error: unknown = await task.catch((caught: unknown) => caught);
      expect(isCancelled(error)).toBe(true);
      expect(error).toMatchObject({ source: 'signal', cause: reason });
    }));

  it('ends a pipeline, and a whole run()', async () => {
    const controller = new AbortController();
    const stopped = lastValueFrom(NEVER.pipe(cancelOn(controller.signal))).catch((error: unknown) => error);
    const ended = run(sleep(60_000), { signal: controller.signal }).catch((error: unknown) => error);
    controller.abort();
    expect(isCancelled(await stopped)).toBe(true);
    expect(isCancelled(await ended)).toBe(true);
  });

  it('AbortSignal.timeout limits a task', () =>
    run(async () => {
      const task = createTask(sleep(60_000), { signal: AbortSignal.timeout(5) });
      await expect(task).rejects.toMatchObject({ name: 'CancelledError', cause: { name: 'TimeoutError' } });
    }));
});

describe('an AbortSignal, out', () => {
  it('ends a fetch when the task is cancelled: the server sees the client go', async () => {
    const gone: Promise<unknown>[] = [];
    const server = createServer((request) => gone.push(once(request.socket, 'close')));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    try {
      await run(async () => {
        const task = createTask(({ signal }) => fetch(url, { signal }));
        while (gone.length === 0) await sleep(1);
        task.cancel('enough');
        const error: unknown = await task.catch((caught: unknown) => caught);
        expect(isCancelled(error)).toBe(true);
        expect(String(error)).toBe('CancelledError: enough');
        await resultOf(gone[0]!);
      });
    } finally {
      server.close();
    }
  });

  it('goes to whatever takes one, from coroutines too', () =>
    run(async () => {
      const work = coroutine(function* () {
        yield* resultOf(pause(60_000, undefined, { signal: currentTask()!.signal }));
      });
      const task = createTask(work());
      await sleep(1);
      task.cancel();
      expect(isCancelled(await task.catch((error: unknown) => error))).toBe(true);
    }));

  it('of a scope is aborted with the scope: an aborted wait is its TimeoutError', () =>
    run(async () => {
      const limited = withTimeout(5, (scope) => pause(60_000, undefined, { signal: scope.signal }));
      await expect(limited).rejects.toMatchObject({ name: 'TimeoutError' });
    }));
});
