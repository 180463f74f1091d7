import { NEVER, type Subscription, defer, from } from 'rxjs';
import { cancelOn, createTask, isCancelled, run, sleep } from 'rxtasks';
import { pause } from './pause.js';

/** What `fetch` does with a signal, and what it does without one: it runs on. */
function request(signal?: AbortSignal) {
  const state = { aborted: false };
  const response = new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => resolve('response'), 10);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      state.aborted = true;
      reject(new DOMException('This operation was aborted', 'AbortError'));
    });
  });
  return { state, response };
}

describe('#3122, #5545, #5683, #5863, #6442: AbortSignal, both ways', () => {
  it('RxJS: subscribe() takes no signal, and a subscription has none to give away', async () => {
    const controller = new AbortController();
    const subscribe = NEVER.subscribe.bind(NEVER) as (observer: object, options: object) => Subscription;
    const subscription = subscribe({}, { signal: controller.signal });
    controller.abort();
    expect(subscription.closed).toBe(false);
    expect('signal' in subscription).toBe(false);
    subscription.unsubscribe();

    const { state, response } = request();
    defer(() => from(response))
      .subscribe()
      .unsubscribe();
    expect(await response).toBe('response');
    expect(state.aborted).toBe(false);
  });

  it('rxtasks: a signal cancels a task, a pipeline, a run(); its reason is the cause', () =>
    run(async () => {
      const reason = new Error('navigated away');
      const controller = new AbortController();
      const task = createTask(NEVER, { signal: controller.signal });
      const seen: unknown[] = [];
      NEVER.pipe(cancelOn(controller.signal)).subscribe({ error: (error: unknown) => seen.push(error) });
      controller.abort(reason);
      seen.push(await task.catch((error: unknown) => error));
      expect(seen.map((error) => isCancelled(error) && error.cause)).toEqual([reason, reason]);
    }));

  it('rxtasks: a task has a signal for work of others, and its cancellation is told as such', () =>
    run(async () => {
      let state: { aborted: boolean } | undefined;
      const task = createTask(async ({ signal }) => {
        const sent = request(signal);
        state = sent.state;
        return await sent.response;
      });
      await sleep(1);
      task.cancel('navigated away');
      const error: unknown = await task.catch((caught: unknown) => caught);
      expect(String(error)).toBe('CancelledError: navigated away');
      expect(task.cancelled()).toBe(true);
      expect(state).toEqual({ aborted: true });
      await pause(0);
    }));
});
