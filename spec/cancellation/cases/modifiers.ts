import {
  Backoff,
  type Task,
  type TaskSource,
  dropping,
  enqueued,
  keepingLatest,
  restartable,
  sleep,
  withRetry,
} from 'rxtasks';
import { ask } from '../bodies.js';
import type { Case } from '../case.js';
import { Crew } from './work.js';

type Make = (n: number) => TaskSource<number>;

const modifiers: [string, (make: Make) => (n: number) => Task<number>][] = [
  ['restartable', (make) => restartable(make)],
  ['dropping', (make) => dropping(make)],
  ['enqueued', (make) => enqueued(make)],
  ['keepingLatest', (make) => keepingLatest(make)],
];

export const modified: readonly Case[] = [
  ...modifiers.map(([name, modifier]): Case => ({
    of: [name],
    title: `of three calls of a ${name} function one runs at a time, and the place is free at the end`,
    set(world, { make }) {
      const crew = new Crew(world, make);
      const call = modifier((n) => crew.source(n, 3));
      const calls: Task<number>[] = [];
      for (const n of [1, 2, 3]) {
        world.task(
          `caller ${n}`,
          make(world, function* () {
            const task = call(n);
            calls.push(task);
            return yield* ask(task);
          }),
        );
      }
      return () => {
        expect(crew.most).toBeLessThanOrEqual(1);
        expect(crew.atWork).toBe(0);
        expect(calls.filter((task) => !task.done())).toEqual([]);
      };
    },
  })),
  {
    of: ['withRetry'],
    title: 'withRetry leaves no attempt and no timer, and tries no cancellation again',
    set(world, { make }) {
      const crew = new Crew(world, make);
      let attempts = 0;
      const task: Task<unknown> = world.task(
        'parent',
        make(world, function* () {
          const source = () => {
            if (attempts > 0 && world.acceptedAt(task) !== undefined)
              world.problems.push('tried again after it was cancelled');
            return crew.source('work', 2, ++attempts < 3 ? world.planned : undefined);
          };
          yield* ask(withRetry(source as () => never, Backoff.constant(2).maxAttempts(3)));
          yield* ask(sleep(1));
        }),
      );
      crew.goneBefore(task, 'the retry');
      return () => {
        if (world.acceptedAt(task) === undefined) expect(attempts).toBe(3);
      };
    },
  },
];
