import { type Observable, type OperatorFunction, from, map, take, timer, toArray } from 'rxjs';
import {
  type TaskSource,
  asCompletedAll,
  cancelOn,
  dropTask,
  enqueueTask,
  gatherAll,
  keepLatestTask,
  mapTask,
  restartTask,
  waitAll,
} from 'rxtasks';
import { ask } from '../bodies.js';
import type { Case } from '../case.js';
import type { World } from '../harness.js';
import { Crew } from './work.js';

/** 0, 1, 2, 3, one each 2 ms. */
const ticks = (world: World) => timer(0, 2, world.loop.scheduler).pipe(take(4));

type Project = (n: number) => TaskSource<number>;

/** The operators that run a task for each value. */
const mapping: [string, (project: Project) => OperatorFunction<number, number>][] = [
  ['mapTask', (project) => mapTask(project, { concurrency: 2, ordered: true })],
  ['restartTask', (project) => restartTask(project)],
  ['dropTask', (project) => dropTask(project)],
  ['enqueueTask', (project) => enqueueTask(project)],
  ['keepLatestTask', (project) => keepLatestTask(project)],
];

/** The operators that start what they are given, and wait for it. */
const joining: [string, (sources: Observable<TaskSource<number>>) => Observable<unknown>][] = [
  ['gatherAll', (sources) => sources.pipe(gatherAll())],
  ['asCompletedAll', (sources) => sources.pipe(asCompletedAll(), toArray())],
  ['waitAll', (sources) => sources.pipe(waitAll())],
];

export const operators: readonly Case[] = [
  ...mapping.map(([name, operator]): Case => ({
    of: [name],
    title: `${name} waits for the clean-up of all that it has started`,
    set(world, { make }) {
      const crew = new Crew(world, make);
      const task = world.task(
        'parent',
        make(world, function* () {
          return yield* ask(
            ticks(world).pipe(
              operator((n) => crew.recipe(n, 3)),
              toArray(),
            ),
          );
        }),
      );
      crew.goneBefore(task, 'the pipeline');
    },
  })),
  ...mapping.map(([name, operator]): Case => ({
    of: [name],
    title: `${name} whose second task fails`,
    set(world, { make }) {
      const crew = new Crew(world, make);
      const task = world.task(
        'parent',
        make(world, function* () {
          try {
            return yield* ask(
              ticks(world).pipe(
                operator((n) => crew.recipe(n, 3, n === 1 ? world.planned : undefined)),
                toArray(),
              ),
            );
          } catch (error) {
            if (error !== world.planned) throw error;
            return 'failed';
          }
        }),
      );
      crew.goneBefore(task, 'the pipeline');
    },
  })),
  ...joining.map(([name, operator]): Case => ({
    of: [name],
    title: `${name} waits for the clean-up of all that it has started`,
    set(world, { make }) {
      const crew = new Crew(world, make);
      const task = world.task(
        'parent',
        make(world, function* () {
          return yield* ask(operator(from([5, 3].map((ms) => crew.recipe(ms, ms)))));
        }),
      );
      crew.goneBefore(task, 'the pipeline');
    },
  })),
  {
    of: ['cancelOn'],
    title: 'cancelOn with a notifier that comes while the work runs',
    set(world, { make }) {
      const crew = new Crew(world, make);
      const task = world.task(
        'parent',
        make(world, function* () {
          const stop$ = timer(3, world.loop.scheduler).pipe(map(() => 'stop'));
          yield* ask(crew.coroutine('a', 5).pipe(cancelOn(stop$)));
        }),
      );
      crew.goneBefore(task, 'the pipeline');
    },
  },
];
