import { ambient, explicit } from './async-functions.js';
import { coroutines } from './coroutines.js';
import { pipelines } from './pipelines.js';
import type { Body, Statement } from './program.js';
import { hash } from './random.js';
import { bodiesOf } from './sound.js';
import type { Style } from './style.js';

/** What a project gives for its value. */
export type ProjectKind =
  | 'coroutine function'
  | 'arrow to coroutine'
  | 'arrow to generator function'
  | 'async function'
  | 'arrow to async function'
  | 'Observable'
  | 'arrow to function of Observable';

/** How a whole program is written. */
export interface StyleSet {
  readonly name: string;
  /** Operators and iterations are the hand-written models of what they must do: what all other sets are compared with. */
  readonly models: boolean;
  readonly asyncContext: boolean;
  readonly styles: readonly Style[];
  readonly projects: readonly ProjectKind[];
}

export const reference: StyleSet = {
  name: 'coroutines',
  models: true,
  asyncContext: true,
  styles: [coroutines],
  projects: ['coroutine function'],
};

/** Those without ambient context come first: once it is in use in a process it stays. */
export const sets: readonly StyleSet[] = [
  {
    name: 'explicit',
    models: false,
    asyncContext: false,
    styles: [explicit],
    projects: ['async function', 'arrow to async function'],
  },
  {
    name: 'operators',
    models: false,
    asyncContext: true,
    styles: [coroutines],
    projects: ['coroutine function', 'arrow to coroutine', 'arrow to generator function'],
  },
  {
    name: 'async',
    models: false,
    asyncContext: true,
    styles: [ambient],
    projects: ['async function', 'arrow to async function'],
  },
  {
    name: 'pipelines',
    models: false,
    asyncContext: true,
    styles: [pipelines],
    projects: ['Observable', 'arrow to function of Observable'],
  },
  {
    name: 'mixed',
    models: false,
    asyncContext: true,
    styles: [coroutines, ambient, pipelines],
    projects: [
      'coroutine function',
      'arrow to coroutine',
      'arrow to generator function',
      'async function',
      'arrow to async function',
      'Observable',
      'arrow to function of Observable',
    ],
  },
];

/**
 * The style of a body. In a pipeline nobody catches a cancellation, a clean-up that fails is only reported, and values are
 * reports: there a body that does such a thing is a coroutine.
 */
export function styleOf(set: StyleSet, label: string, seed: number, body: Body): Style {
  const style = set.styles[hash(label, seed) % set.styles.length]!;
  return style.catches || !needsCoroutine(body) ? style : coroutines;
}

export function projectOf(set: StyleSet, label: string, seed: number, body: Body): ProjectKind {
  const kind = set.projects[hash(`${label} project`, seed) % set.projects.length]!;
  return kind.includes('Observable') && needsCoroutine(body) ? 'coroutine function' : kind;
}

function needsCoroutine(body: Body): boolean {
  return body.some(
    (statement: Statement) =>
      statement.op === 'report' ||
      (statement.op === 'try' && (statement.handles === 'cancellation' || canFail(statement.finally ?? []))) ||
      bodiesOf(statement).some(needsCoroutine),
  );
}

function canFail(cleanUp: Body): boolean {
  return cleanUp.some(({ op }) => op !== 'sleep');
}
