import { assertResult } from '../assert-result.js';
import type { Benchmark } from '../benchmark.js';
import { FlatHeap } from '../heap.js';

/**
 * Pipelines that never end by themselves, all of which wait for one end. Of ours it is checked beforehand that nothing of them stays
 * on the heap.
 */
export default {
  title: 'Pipelines with takeUntil(task), all completed by its end',
  sizes: [1_000, 10_000, 100_000],
  per: 'pipeline',
  measures: 'time',
  contenders: {
    'rxtasks Task': {
      prepare: async (size) => {
        const { NEVER, takeUntil } = await import('rxjs');
        const { createTask, run, sleep } = await import('rxtasks');
        const round = () =>
          run(function* () {
            const task = createTask(sleep(0));
            let completed = 0;
            const complete = () => void completed++;
            for (let i = 0; i < size; i++) NEVER.pipe(takeUntil(task)).subscribe({ complete });
            yield* task;
            yield* sleep(0); // watchers are told in the next turn
            assertResult(completed, size);
          });
        await checkHeap(round);
        return round;
      },
    },
    'RxJS Subject': {
      lacks: 'a watcher that comes later never knows',
      upTo: 10_000, // who goes is looked up in a list of all
      prepare: async (size) => {
        const { NEVER, Subject, takeUntil } = await import('rxjs');
        return () => {
          const subject = new Subject<void>();
          let completed = 0;
          const complete = () => void completed++;
          for (let i = 0; i < size; i++) NEVER.pipe(takeUntil(subject)).subscribe({ complete });
          subject.next();
          assertResult(completed, size);
        };
      },
    },
    'RxJS AsyncSubject': {
      upTo: 10_000,
      prepare: async (size) => {
        const { AsyncSubject, NEVER, takeUntil } = await import('rxjs');
        return () => {
          const subject = new AsyncSubject<number>();
          let completed = 0;
          const complete = () => void completed++;
          for (let i = 0; i < size; i++) NEVER.pipe(takeUntil(subject)).subscribe({ complete });
          subject.next(1);
          subject.complete();
          assertResult(completed, size);
        };
      },
    },
  },
} satisfies Benchmark;

async function checkHeap(round: () => Promise<void>): Promise<void> {
  const heap = new FlatHeap();
  for (let i = 0; i < 5; i++) {
    await round();
    heap.check();
  }
}
