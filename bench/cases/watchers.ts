import type { Observable, Subscription } from 'rxjs';
import { assertResult } from '../assert-result.js';
import type { Benchmark } from '../benchmark.js';
import { FlatHeap } from '../heap.js';

/** So many watch at any time. */
const standing = 1_000;

/** Each watcher that comes takes the place of the one that has watched longest. */
function comeAndGo(source: Observable<unknown>, size: number): void {
  const subscriptions: Subscription[] = [];
  for (let i = 0; i < size; i++) {
    subscriptions[i % standing]?.unsubscribe();
    subscriptions[i % standing] = source.subscribe();
  }
  let open = 0;
  for (const subscription of subscriptions) {
    if (!subscription.closed) open++;
    subscription.unsubscribe();
  }
  assertResult(open, standing);
}

/** Of ours it is checked beforehand that nothing of those who have gone stays on the heap. */
export default {
  title: 'Watchers of one task that come and go, a thousand at any time',
  sizes: [10_000, 100_000, 1_000_000],
  per: 'watcher',
  measures: 'time',
  contenders: {
    'rxtasks Task': {
      prepare: async (size) => {
        const { createTask, run, sleep } = await import('rxtasks');
        const heap = new FlatHeap();
        await run(function* () {
          const task = createTask(sleep(Infinity));
          for (let i = 0; i < 5; i++) {
            comeAndGo(task, size);
            heap.check();
          }
        });
        return () =>
          run(function* () {
            comeAndGo(createTask(sleep(Infinity)), size);
          });
      },
    },
    'RxJS Subject': {
      lacks: 'a watcher that comes later never knows',
      upTo: 100_000, // who goes is looked up in a list of all
      prepare: async (size) => {
        const { Subject } = await import('rxjs');
        return () => comeAndGo(new Subject(), size);
      },
    },
    'RxJS AsyncSubject': {
      upTo: 100_000,
      prepare: async (size) => {
        const { AsyncSubject } = await import('rxjs');
        return () => comeAndGo(new AsyncSubject(), size);
      },
    },
  },
} satisfies Benchmark;
