import {
  type Task,
  type TaskGroup as Group,
  TaskGroup,
  Timeout,
  createTask,
  eagerTaskFactory,
  ensureFuture,
  gather,
  isCancelled,
  rethrowCancelled,
  sleep,
} from 'rxtasks';
import { ask } from '../bodies.js';
import type { Case } from '../case.js';
import { Crew, child } from './work.js';

/** Tasks, futures, coroutines and scopes by their own members. */
export const tasks: readonly Case[] = [
  {
    of: ['coroutine', 'Coroutine.Symbol.iterator', 'Coroutine.then'],
    title: 'a coroutine cleans up before those end who await it',
    set(world, { make }) {
      const crew = new Crew(world, make);
      const task = world.task(
        'parent',
        make(world, function* () {
          return yield* ask(crew.coroutine('a', 5));
        }),
      );
      crew.goneBefore(task, 'the parent');
    },
  },
  {
    of: ['Coroutine.catch', 'Coroutine.finally'],
    title: 'a coroutine that is awaited by catch and finally',
    by: 'ambient context',
    set(world, { make }) {
      const crew = new Crew(world, make);
      let ended = 0;
      world.task(
        'parent',
        make(world, function* () {
          yield* ask(crew.coroutine('a', 3).catch(rethrowCancelled));
          yield* ask(crew.coroutine('b', 3).finally(() => void ended++));
        }),
      );
      return () => expect(crew.atWork).toBe(0);
    },
  },
  {
    of: ['Coroutine.asObservable'],
    title: 'a coroutine as an Observable cleans up before those end who wait for it',
    set(world, { make }) {
      const crew = new Crew(world, make);
      const task = world.task(
        'parent',
        make(world, function* () {
          return yield* ask(crew.coroutine('a', 5).asObservable());
        }),
      );
      crew.goneBefore(task, 'the parent');
    },
  },
  {
    of: ['EventLoop.createFuture', 'Future.then', 'Future.Symbol.iterator'],
    title: 'a future that two await, one of whom is cancelled',
    set(world, { make }) {
      const future = world.loop.createFuture<number>();
      for (const name of ['a', 'b']) {
        world.task(
          name,
          make(world, function* () {
            const left = world.entered(name);
            try {
              return yield* ask(future);
            } finally {
              left();
            }
          }),
        );
      }
      world.later(5, () => {
        if (!future.done()) future.setResult(1);
      });
      return () => expect(future.done()).toBe(true);
    },
  },
  {
    of: ['Future.catch', 'Future.finally'],
    title: 'a future that is awaited by catch and finally',
    by: 'ambient context',
    set(world, { make }) {
      const future = world.loop.createFuture<number>();
      world.task(
        'a',
        make(world, function* () {
          return yield* ask(future.catch(rethrowCancelled));
        }),
      );
      world.task(
        'b',
        make(world, function* () {
          return yield* ask(future.finally(() => {}));
        }),
      );
      world.later(5, () => {
        if (!future.done()) future.setResult(1);
      });
    },
  },
  {
    of: ['createTask', 'EventLoop.createTask'],
    title: 'tasks that a task starts, at once or later, and awaits',
    set(world, { make }) {
      const crew = new Crew(world, make);
      const task = world.task(
        'parent',
        make(world, function* () {
          yield* ask(world.loop.createTask(crew.recipe('eager', 3), { eager: true }));
          yield* ask(createTask(crew.recipe('later', 3), { loop: world.loop }));
          yield* ask(sleep(1));
        }),
      );
      crew.goneBefore(task, 'the parent');
    },
  },
  {
    of: ['ensureFuture'],
    title: 'a coroutine that is ensured to be a future, and awaited',
    set(world, { make }) {
      const crew = new Crew(world, make);
      const task = world.task(
        'parent',
        make(world, function* () {
          return yield* ask(ensureFuture(crew.coroutine('ensured', 3), { loop: world.loop }));
        }),
      );
      crew.goneBefore(task, 'the parent');
    },
  },
  {
    of: ['eagerTaskFactory'],
    title: 'eager children of a gather',
    set(world, { make }) {
      const crew = new Crew(world, make);
      world.loop.setTaskFactory(eagerTaskFactory);
      world.task(
        'parent',
        make(world, function* () {
          return yield* ask(gather([1, 2].map((n) => world.loop.createTask(crew.recipe(n, 2 * n)))));
        }),
      );
      return () => expect(crew.atWork).toBe(0);
    },
  },
  {
    of: ['Task.Symbol.asyncDispose'],
    title: 'a task that is disposed of at the end of a block has ended when the block has',
    by: 'async functions',
    set(world, { make }) {
      const children: Task<unknown>[] = [];
      world
        .task('parent', async (self) => {
          await using task = child(world, make, 'a', 20);
          children.push(task);
          await self.resultOf(sleep(3));
        })
        .addDoneCallback(() => {
          if (children.some((task) => !task.done()))
            world.problems.push('the block was left before its task had ended');
        });
      return () => expect(children.filter((task) => !task.cancelled())).toEqual([]);
    },
  },
  {
    of: ['Task.resultOf'],
    title: 'what an async function awaits by its task',
    by: 'async functions',
    set(world, { make }) {
      const crew = new Crew(world, make);
      const task = world.task(
        'parent',
        make(world, function* (self) {
          return yield* ask(self.resultOf(crew.coroutine('a', 5)));
        }),
      );
      crew.goneBefore(task, 'the parent');
    },
  },
  {
    of: ['Timeout.run', 'Timeout.resultOf'],
    title: 'what an async function awaits by its time-out',
    by: 'async functions',
    set(world, { make, scope }) {
      const crew = new Crew(world, make);
      const body = scope<Timeout>(world, function* (limit) {
        return yield* ask(limit.resultOf(crew.coroutine('a', 9)));
      });
      const task = world.task(
        'parent',
        make(world, function* () {
          try {
            yield* ask(new Timeout(5).run(body));
          } catch (error) {
            if (isCancelled(error)) throw error;
          }
        }),
      );
      crew.goneBefore(task, 'the parent');
    },
  },
  {
    of: ['TaskGroup.run', 'TaskGroup.createTask', 'TaskGroup.resultOf'],
    title: 'what an async function awaits by its group',
    by: 'async functions',
    set(world, { make, scope }) {
      const crew = new Crew(world, make);
      const body = scope<Group>(world, function* (group) {
        group.createTask(crew.recipe('child', 9));
        return yield* ask(group.resultOf(crew.coroutine('a', 5)));
      });
      const task = world.task(
        'parent',
        make(world, function* () {
          return yield* ask(new TaskGroup().run(body));
        }),
      );
      crew.goneBefore(task, 'the parent');
    },
  },
  {
    of: ['TaskGroup.run', 'Timeout.run'],
    title: 'a time-out around a group, each run by hand',
    set(world, { make, scope }) {
      const crew = new Crew(world, make);
      const group = scope<Group>(world, function* (own) {
        own.createTask(crew.recipe('a', 9));
        return yield* ask(sleep(3));
      });
      const limited = scope<Timeout>(world, function* () {
        return yield* ask(new TaskGroup().run(group));
      });
      const task = world.task(
        'parent',
        make(world, function* () {
          try {
            yield* ask(new Timeout(6).run(limited));
          } catch (error) {
            if (isCancelled(error)) throw error;
          }
        }),
      );
      crew.goneBefore(task, 'the parent');
    },
  },
];
