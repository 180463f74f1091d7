import { type Deviation, deviationText } from './deviation.js';
import { ordersText } from './order-text.js';
import type { Failure, Trace } from './trial.js';

/** @internal */
export interface Found {
  readonly failure: Failure;
  readonly deviations: readonly Deviation[];
  /** What the run found first deviated in. */
  readonly before: number;
  readonly usual: Trace;
  readonly found: Trace;
  /** How many orders were tried until it was found; null: it was a replay. */
  readonly runs: number | null;
  readonly seed: number;
  /** The options that a replay needs too, as they stand in code. */
  readonly options: readonly string[];
}

/**
 * A scenario fails in some order of its steps. The message shows that order beside the usual one, and the call that
 * repeats it; `cause` is what was thrown.
 */
export class ExploreError extends Error {
  /** How it failed: `main` threw, deadlock, the exception handler was told, tasks were left, it does not end. */
  readonly kind: 'error' | 'deadlock' | 'reported' | 'unfinished' | 'endless';
  /** In what the order differs from the usual one: for `explore(main, { replay })`. */
  readonly deviations: readonly Deviation[];
  /** The names of the steps in the order in which they failed. */
  readonly order: readonly string[];
  /** How many orders had been tried, this one included. */
  readonly runs: number;

  /** @internal */
  constructor(found: Found) {
    super(messageOf(found), found.failure.error === undefined ? undefined : { cause: found.failure.error });
    this.kind = found.failure.kind;
    this.deviations = found.deviations;
    this.order = found.found.order;
    this.runs = found.runs ?? 1;
  }
}

Object.defineProperty(ExploreError.prototype, 'name', { value: 'ExploreError', configurable: true, writable: true });

function messageOf(all: Found): string {
  const { failure, deviations, before, usual, found, runs, seed, options } = all;
  const [headline, ...rest] = failure.message.split('\n');
  const tried =
    runs === null ? 'the order replayed' : runs === 1 ? 'the usual order' : `order ${runs} tried (seed ${seed})`;
  const lines = [`${tried} fails: ${headline ?? ''}`, ...rest.map((line) => `    ${line}`.trimEnd()), ''];
  if (deviations.length === 0) {
    lines.push('  no step is out of the usual order', '');
  } else {
    const of = before > deviations.length ? ` (of the ${before} found first; the others do not matter)` : '';
    lines.push(`  ${counted(deviations.length, 'step')} out of the usual order${of}:`);
    lines.push(...deviations.map((deviation) => `    ${sentence(deviation, found.order)}`), '');
  }
  const moved = new Set(deviations.map(({ step }) => step));
  const recipes = new Map([...usual.recipes, ...found.recipes]);
  lines.push('  lanes of the tasks, their steps by number, from left to right:');
  const orders = ordersText({ usual: usual.order, found: found.order, moved, recipes });
  lines.push(...orders.map((line) => `    ${line}`.trimEnd()), '');
  const replay = `replay: [${deviations.map(deviationText).join(', ')}]`;
  lines.push('  this order again:', `    explore(main, { ${[...options, replay].join(', ')} });`);
  return lines.join('\n');
}

function sentence(deviation: Deviation, order: readonly string[]): string {
  const { step } = deviation;
  const place = order.indexOf(step);
  if ('later' in deviation)
    return `${step} lets ${deviation.later} go first: it runs after ${order[place - 1] ?? 'all'}`;
  return `${step} goes before ${deviation.earlier} that usually come first: it runs before ${order[place + 1] ?? 'all'}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
