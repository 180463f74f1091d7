import { Observable, finalize } from 'rxjs';
import { coroutine, createTask, resultOf, sleep } from 'rxtasks';
import { errorOf, runVirtual } from '../support/virtual.js';

/** Written down, because users see it: WICG/observable #96. */
describe('WICG/observable #96: the order of what a cancellation does', () => {
  it('of a coroutine: the signal, within cancel(); then its clean-up; then the watchers, in the order of registration', () =>
    runVirtual(function* () {
      const order: string[] = [];
      const task = createTask(
        coroutine(function* () {
          try {
            yield* sleep(60_000);
          } catch (error) {
            order.push('error in the body');
            throw error;
          } finally {
            yield* sleep(1);
            order.push('clean-up over');
          }
        })(),
      );
      task.signal.addEventListener('abort', () => order.push('signal'));
      yield* sleep(1);
      task.addDoneCallback(() => order.push('first callback'));
      task.subscribe({ error: () => order.push('subscriber') });
      task.addDoneCallback(() => order.push('second callback'));
      task.cancel();
      order.push('cancel() returns');
      yield* errorOf(task);
      order.push('waiter');
      expect(order).toEqual([
        'signal',
        'cancel() returns',
        'error in the body',
        'clean-up over',
        'first callback',
        'subscriber',
        'second callback',
        'waiter',
      ]);
    }));

  it('of a pipeline: the signal and the teardown, within cancel(); then the clean-up of the coroutines in it', () =>
    runVirtual(function* () {
      const order: string[] = [];
      const inner = coroutine(function* () {
        try {
          yield* sleep(60_000);
        } finally {
          yield* sleep(1);
          order.push('inner clean');
        }
      });
      const source = new Observable((subscriber) => {
        subscriber.add(inner().subscribe());
        subscriber.add(() => order.push('teardown'));
      });
      const task = createTask(source.pipe(finalize(() => order.push('finalize'))));
      task.signal.addEventListener('abort', () => order.push('signal'));
      yield* sleep(1);
      task.addDoneCallback(() => order.push('callback'));
      task.cancel();
      order.push('cancel() returns');
      yield* errorOf(task);
      expect(order).toEqual(['signal', 'teardown', 'finalize', 'cancel() returns', 'inner clean', 'callback']);
    }));

  it('of who waits for another: the innermost first, then outwards', () =>
    runVirtual(function* () {
      const order: string[] = [];
      function* level(n: number): Generator<void, void, never> {
        try {
          if (n === 0) yield* sleep(60_000);
          else yield* resultOf(createTask(() => level(n - 1) as never));
        } finally {
          order.push(`level ${n}`);
        }
      }
      const task = createTask(() => level(3) as never);
      yield* sleep(1);
      task.cancel();
      yield* errorOf(task);
      expect(order).toEqual(['level 0', 'level 1', 'level 2', 'level 3']);
    }));
});
