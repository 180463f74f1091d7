import {
  Observable,
  type OperatorFunction,
  concatWith,
  defer,
  endWith,
  from,
  ignoreElements,
  switchMap,
  tap,
} from 'rxjs';
import {
  type Coroutine,
  currentTask,
  dropTask,
  enqueueTask,
  keepLatestTask,
  mapTask,
  restartTask,
  resultOf,
} from 'rxtasks';
import { coroutines, scripted } from './coroutines.js';
import { pipelineOf } from './pipelines.js';
import { type Place, isAsync, startOf, time } from './place.js';
import type { Project, Source, StatementOf } from './program.js';
import { type ProjectKind, type StyleSet, projectOf, styleOf } from './sets.js';
import type { Start, Style } from './style.js';
import { Failure } from './world.js';

/** Between the times of two values of one operator. */
const SHIFT = 251;

const operators = { mapTask, restartTask, dropTask, enqueueTask, keepLatestTask };

/** What a source that gives several values gives. */
export function valueTexts(label: string, count: number): string[] {
  return Array.from({ length: count }, (_, n) => `${label}:${n}`);
}

/** A pipeline over the operator. */
export function realMap(
  place: Place,
  label: string,
  { operator, source, project, concurrency, ordered }: StatementOf<'map'>,
  out: (value: unknown) => void,
): Observable<unknown> {
  const options = operator === 'mapTask' ? { concurrency, ordered } : {};
  const run = projectFor(place, label, project, operator === 'switchMap') as never;
  const operate =
    operator === 'switchMap'
      ? switchMap<number, Coroutine<unknown>>(run)
      : (operators[operator] as (project: never, options: object) => OperatorFunction<number, unknown>)(run, options);
  return timed(place, label, source).pipe(operate, tap(out), ignoreElements(), endWith(null));
}

/** The values of the source, by the clock of the loop. */
function timed(place: Place, label: string, source: Source): Observable<number> {
  return new Observable<number>((subscriber) => {
    const steps = [...source.delays, source.endDelay];
    const next = (index: number): void => {
      if (subscriber.closed) return;
      if (index === steps.length) {
        if (source.fails) subscriber.error(new Failure(`${label} source`));
        else subscriber.complete();
        return;
      }
      const go = () => {
        if (index < source.delays.length) subscriber.next(index);
        next(index + 1);
      };
      if (steps[index]! === 0) go();
      else subscriber.add(place.world.loop.scheduler.schedule(go, time(place, steps[index]!)));
    };
    next(0);
  });
}

/** How the project for one value is written in a set. */
function rendering(set: StyleSet, seed: number, label: string, { body, values }: Project) {
  const kind = values === 1 ? projectOf(set, label, seed, body) : 'Observable';
  const style = values === 1 ? styleOfProject(set, kind) : undefined;
  return { kind, style: style ?? styleOf(set, label, seed, body) };
}

function styleOfProject({ styles }: StyleSet, kind: ProjectKind): Style | undefined {
  if (kind.includes('async')) return styles.find(isAsync);
  if (kind.includes('Observable')) return styles.find(({ name }) => name === 'pipeline');
  return coroutines;
}

export function startOfItem(place: Place, label: string, index: number, project: Project, style: Style): Start {
  const one = `${label}[${index}]`;
  const judged = rendering(place.judgedSet, place.seed, one, project).style;
  const shift = place.shift + index * SHIFT;
  return startOf(place, one, project.body, { style, judged }, { shift });
}

/** What an operator calls for each value. */
export function projectFor(place: Place, label: string, project: Project, cold = false) {
  return (index: number): unknown => {
    const one = `${label}[${index}]`;
    const { kind, style } = rendering(place.set, place.seed, one, project);
    if (cold) return scripted(startOfItem(place, label, index, project, coroutines));
    const start = startOfItem(place, label, index, project, style);
    if (project.values !== 1) {
      const values = from(valueTexts(one, project.values));
      return defer(() => resultOf(style.source(start) as never)).pipe(ignoreElements(), concatWith(values));
    }
    switch (kind) {
      case 'coroutine function':
      case 'arrow to coroutine':
        return scripted(start);
      case 'arrow to generator function':
      case 'arrow to async function':
      case 'arrow to function of Observable':
        return style.source(start);
      case 'async function':
        return style.source(start)(currentTask() as never);
      case 'Observable':
        return pipelineOf(() => start(currentTask(), currentTask()));
    }
  };
}
