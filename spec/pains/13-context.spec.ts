import { AsyncLocalStorage } from 'node:async_hooks';

import { Subject, filter, map, take } from 'rxjs';
import { ContextVar, coroutine, createTask, getEventLoop, resultOf, run, sleep } from 'rxtasks';

const requestId = new AsyncLocalStorage<string>();

describe('open-telemetry/opentelemetry-js-contrib #2138, #86: context is lost in pipelines', () => {
  it('RxJS: a subscriber sees the context of whoever emits', () => {
    const responses = new Subject<string>();
    const seen: unknown[] = [];
    requestId.run('request 1', () => responses.subscribe(() => seen.push(requestId.getStore())));
    requestId.run('request 2', () => responses.next('response of request 1'));
    expect(seen).toEqual(['request 2']);
  });

  it('rxtasks: a task sees the context in which it was made, whoever wakes it', () =>
    run(async () => {
      const responses = new Subject<string>();
      const handle = coroutine(function* (id: string) {
        const before = requestId.getStore();
        yield* resultOf(
          responses.pipe(
            filter((each) => each === id),
            take(1),
          ),
        );
        return [before, requestId.getStore()];
      });
      const tasks = ['request 1', 'request 2'].map((id) => requestId.run(id, () => createTask(handle(id))));
      await sleep(1);
      requestId.run('request 2', () => responses.next('request 1'));
      responses.next('request 2');
      expect(await Promise.all(tasks)).toEqual([
        ['request 1', 'request 1'],
        ['request 2', 'request 2'],
      ]);
    }));

  it('rxtasks: context variables hold everywhere, also where there is no AsyncLocalStorage', () =>
    run(
      function* () {
        const user = new ContextVar('user', { defaultValue: 'nobody' });
        const whoAmI = coroutine(function* () {
          yield* sleep(1);
          return user.get();
        });
        user.set('ann');
        const ann = createTask(whoAmI());
        user.set('bob');
        const bob = createTask(resultOf(whoAmI().pipe(map((name) => name.toUpperCase()))));
        expect([yield* ann, yield* bob, getEventLoop() === ann.loop]).toEqual(['ann', 'BOB', true]);
      },
      { asyncContext: false },
    ));
});
