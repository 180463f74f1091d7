import { Observable, type OperatorFunction } from 'rxjs';
import {
  type ExceptionContext,
  type Task,
  type TaskFunction,
  type TaskSource,
  coroutine,
  dropTask,
  enqueueTask,
  getRunningLoop,
  keepLatestTask,
  mapTask,
  restartTask,
  sleep,
} from 'rxtasks';

/** A piece of work: what happens in it is noted. */
export interface Piece {
  readonly name: string;
  readonly ms: number;
  /** It fails at its end, with an Error of its name. */
  readonly fails?: boolean;
}

/** How long the clean-up of a piece takes that is cancelled. */
export const CLEAN_UP = 3;

/** How a project gives what it has to run for a piece of work. */
export type Project<V = Piece> = (value: V, index: number) => TaskSource<string> | TaskFunction<string>;

/** An operator that runs a task for each value. */
type Operator = <V>(project: Project<V>) => OperatorFunction<V, string>;

/** Where each value of a source that comes one by one is run. */
export const operators: Record<string, Operator> = {
  mapTask: (project) => mapTask(project),
  'mapTask, one at a time': (project) => mapTask(project, { concurrency: 1 }),
  'mapTask, two at a time': (project) => mapTask(project, { concurrency: 2 }),
  'mapTask, in order': (project) => mapTask(project, { ordered: true }),
  'mapTask, in order, two at a time': (project) => mapTask(project, { ordered: true, concurrency: 2 }),
  restartTask: (project) => restartTask(project),
  dropTask: (project) => dropTask(project),
  enqueueTask: (project) => enqueueTask(project),
  keepLatestTask: (project) => keepLatestTask(project),
};

/** A promise of `setTimeout`, which the library knows nothing of. */
export function native(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * Notes with the time, and the same work in every form in which a project can give it. All are cancelled where they wait, clean
 * up, and wait in that.
 *
 *     a starts at 0, a ends at 10               or: a cancelled at 5, a clean at 8
 */
export function workplace() {
  const events: string[] = [];
  const note = (what: string) => void events.push(`${what} at ${Date.now()}`);

  const work = coroutine(function* work({ name, ms, fails = false }: Piece) {
    note(`${name} starts`);
    try {
      yield* sleep(ms);
    } catch (error) {
      note(`${name} cancelled`);
      yield* sleep(CLEAN_UP);
      note(`${name} clean`);
      throw error;
    }
    note(`${name} ends`);
    if (fails) throw new Error(name);
    return name;
  });

  async function asyncWork({ name, ms, fails = false }: Piece): Promise<string> {
    note(`${name} starts`);
    try {
      await sleep(ms);
    } catch (error) {
      note(`${name} cancelled`);
      await sleep(CLEAN_UP);
      note(`${name} clean`);
      throw error;
    }
    note(`${name} ends`);
    if (fails) throw new Error(name);
    return name;
  }

  async function toldWork({ name, ms, fails = false }: Piece, task: Task<unknown>): Promise<string> {
    note(`${name} starts`);
    try {
      await task.resultOf(sleep(ms));
    } catch (error) {
      note(`${name} cancelled`);
      await task.resultOf(sleep(CLEAN_UP));
      note(`${name} clean`);
      throw error;
    }
    note(`${name} ends`);
    if (fails) throw new Error(name);
    return name;
  }

  function* generator(piece: Piece) {
    return yield* work(piece);
  }

  /** Forms whose clean-up takes its time, and is waited for. */
  const forms: Record<string, Project> = {
    'a coroutine function': work,
    'a function that gives a coroutine': (piece) => work(piece),
    'an async function': asyncWork,
    'a function that gives a promise of an async function': (piece) => asyncWork(piece),
    'a function that gives an async function': (piece) => () => asyncWork(piece),
    'a function that gives an async function which waits by task.resultOf': (piece) => (task: Task<unknown>) =>
      toldWork(piece, task),
    'an async function that waits for a coroutine': async (piece) => await work(piece),
    'a function that gives a function that gives an async function': (piece) =>
      (() => () => asyncWork(piece)) as unknown as TaskFunction<string>,
    'a generator function': generator,
    'a function that gives a generator': (piece) => generator(piece),
    'a function that gives a generator function': (piece) => () => generator(piece),
    'an Observable that subscribes to a coroutine': (piece) =>
      new Observable<string>((subscriber) => work(piece).subscribe(subscriber)),
    'an async generator': (piece) =>
      (async function* () {
        yield await asyncWork(piece);
      })(),
    'a function that gives an async generator function': (piece) =>
      async function* () {
        yield await asyncWork(piece);
      },
  };
  return { events, note, work, asyncWork, toldWork, generator, forms };
}

/** Collects what goes to the exception handler of the running loop, as `kind: the error, or the first words`. */
export function collectReports(): string[] {
  const list: string[] = [];
  getRunningLoop().setExceptionHandler((_, { kind, exception, message }: ExceptionContext) => {
    list.push(`${kind}: ${exception === undefined ? message : String(exception)}`);
  });
  return list;
}

/** As the outcome is told: the result, or the error. */
export async function outcomeOf(source: PromiseLike<unknown>): Promise<string> {
  try {
    return String(await source);
  } catch (error) {
    return String(error);
  }
}
