import { Subject, concatMap, map, of, switchMap, toArray } from 'rxjs';
import {
  ContextVar,
  asCompleted,
  asCompletedAll,
  coroutine,
  createTask,
  getRunningLoop,
  mapTask,
  run,
  sleep,
} from 'rxtasks';
import { runVirtual } from '../support/virtual.js';

const user = new ContextVar<string>('user', { defaultValue: 'nobody' });
const whoAmI = coroutine(function* () {
  yield* sleep(1);
  return user.get();
});

it('a watcher sees the context variables of the code that subscribed, not those of the callback before it', async () => {
  await runVirtual(function* () {
    const seen: string[] = [];
    const future = getRunningLoop().createFuture<void>();
    user.set('ann');
    future.subscribe(() => seen.push(user.get()));
    yield* createTask(function* () {
      user.set('bob');
      getRunningLoop().callSoon(() => {}); // runs in the context of bob, right before the watcher
      future.setResult();
    });
    yield;
    expect(seen).toEqual(['ann']);
  });
});

it('a callback leaves no context behind for what runs after it', async () => {
  await runVirtual(function* () {
    const seen: string[] = [];
    const loop = getRunningLoop();
    const future = loop.createFuture<void>();
    asCompleted([future]).subscribe(() => seen.push(user.get()));
    yield* createTask(function* () {
      user.set('bob');
      loop.callSoon(() => {});
      future.setResult();
    });
    yield;
    expect(seen).toEqual(['nobody']);
  });
});

it.each([
  ['concatMap', concatMap(() => whoAmI())],
  ['mapTask', mapTask(() => whoAmI(), { concurrency: 1 })],
  [
    'asCompletedAll',
    (source: import('rxjs').Observable<number>) =>
      source.pipe(
        map(() => whoAmI()),
        asCompletedAll(1),
        map((task) => task.result()),
      ),
  ],
])('every coroutine of a pipeline has the context variables of its task: %s', async (_, operator) => {
  const users = await runVirtual(function* () {
    user.set('ann');
    return yield* createTask(of(1, 2, 3).pipe(operator, toArray()));
  });
  expect(users).toEqual(['ann', 'ann', 'ann']);
});

it('what a pipeline subscribes when a watched future is done is its child, also when switchMap replaces it later', async () => {
  await runVirtual(function* () {
    const log: string[] = [];
    const first = coroutine(function* () {
      try {
        yield* sleep(1000);
      } finally {
        yield* sleep(50);
        log.push('first');
      }
    });
    const start = getRunningLoop().createFuture<number>();
    const replace = new Subject<number>();
    const task = createTask(
      of(start, replace).pipe(
        concatMap((source, n) => (n === 0 ? start : source)),
        switchMap((n) => (n === 0 ? first() : of('last'))),
      ),
    );
    yield* sleep(1);
    start.setResult(0);
    yield* sleep(1);
    replace.next(1);
    replace.complete();
    log.push(String(yield* task));
    expect(log).toEqual(['first', 'last']);
  });
});

it('the callback of a subscription in an async function is not the code of that function', async () => {
  await run(async () => {
    const other = createTask(sleep(10, 'other'));
    const task = createTask(async () => {
      await sleep(0);
      sleep(1).subscribe(() => void other.catch(() => {}));
      await sleep(5);
    });
    await sleep(3);
    task.cancel();
    await task.catch(() => {});
    expect(other.cancelling()).toBe(0);
  });
});
