import { errorText, text } from '../../kernel/index.js';
import { drawLanes } from './draw-lanes.js';
import {
  type DrawableLane,
  type ExpectedLane,
  type Lane,
  type LaneEvent,
  type LaneWait,
  isEnd,
  isLetter,
  waitAt,
} from './lane.js';

/** Says whether two values are equal. @internal */
export type Equality = (actual: unknown, expected: unknown) => boolean;

/** What is compared: plain objects, for any assertion function. */
type Fact = LaneEvent | LaneWait;

/** Both lanes as lists that are equal if and only if the lanes are. @internal */
export function factsOf(actual: Lane, expected: ExpectedLane): { actual: Fact[]; expected: Fact[] } {
  const facts = (lane: Lane, claims: readonly LaneWait[]): Fact[] =>
    [...lane.events.map(comparable), ...claims].sort((a, b) => a.frame - b.frame);
  return { actual: facts(actual, claimsAbout(actual, expected)), expected: facts(expected, expected.claims) };
}

/** How it was cancelled is not told by a diagram. */
function comparable(event: LaneEvent): LaneEvent {
  const { frame, kind } = event;
  return 'value' in event && kind !== 'cancelled' ? { frame, kind, value: event.value } : { frame, kind };
}

/** What `actual` has to say about the frames that `expected` says something about. */
function claimsAbout(actual: Lane, expected: ExpectedLane): LaneWait[] {
  const end = actual.events.find(isEnd)?.frame ?? Infinity;
  const isQuiet = (frame: number) => frame <= end && !actual.events.some((event) => event.frame === frame);
  return expected.claims
    .filter(({ frame }) => isQuiet(frame))
    .map(({ frame }) => ({ frame, kind: waitAt(actual, frame) }));
}

/**
 * Where the lanes part, drawn one above the other; undefined if `equal` finds no difference.
 *
 * @internal
 */
export function describeDifference(actual: Lane, expected: ExpectedLane, equal: Equality): Difference | undefined {
  const facts = factsOf(actual, expected);
  const length = Math.max(facts.actual.length, facts.expected.length);
  for (let i = 0; i < length; i++) {
    const [came, wanted] = [facts.actual[i], facts.expected[i]];
    if (came !== undefined && wanted !== undefined && equal(came, wanted)) continue;
    return new Difference({ ...actual, marks: marksOf(actual, expected, equal) }, expected, came, wanted);
  }
  return undefined;
}

/** @internal */
export class Difference {
  readonly #actual: DrawableLane;
  readonly #expected: DrawableLane;
  readonly #came: Fact | undefined;
  readonly #wanted: Fact | undefined;

  constructor(actual: DrawableLane, expected: DrawableLane, came: Fact | undefined, wanted: Fact | undefined) {
    this.#actual = actual;
    this.#expected = expected;
    this.#came = came;
    this.#wanted = wanted;
  }

  get frame(): number {
    return Math.min(this.#came?.frame ?? Infinity, this.#wanted?.frame ?? Infinity);
  }

  /** The two values, if it is these alone that differ. */
  get values(): { readonly actual: unknown; readonly expected: unknown } | undefined {
    const [came, wanted] = [this.#came, this.#wanted];
    if (came?.kind !== wanted?.kind || came?.frame !== wanted?.frame) return undefined;
    if (came === undefined || wanted === undefined || !('value' in came) || !('value' in wanted)) return undefined;
    return { actual: came.value, expected: wanted.value };
  }

  /** @param unfinished what the task does, if it has not ended */
  toString(unfinished: string | undefined): string {
    const { frame } = this;
    const drawing = drawLanes([this.#expected, this.#actual], [frame]);
    const [expected, actual] = drawing.lines;
    const nothing = unfinished === undefined ? 'nothing more' : `nothing more: ${unfinished}`;
    return [
      `  expected  ${expected}`,
      `  actual    ${actual}`,
      `            ${' '.repeat(drawing.columnOf(frame))}^`,
      `  expected  ${this.#wanted ? this.#sentence(this.#wanted, this.#expected) : 'nothing more'}`,
      `  actual    ${this.#came ? this.#sentence(this.#came, this.#actual) : nothing}`,
      '',
      ...this.#legend(),
    ].join('\n');
  }

  #sentence(fact: Fact, lane: DrawableLane): string {
    return `at ${fact.frame} ms it ${what(fact, lane)}`;
  }

  /** The values behind the letters, and what the marks mean; only what occurs. */
  #legend(): string[] {
    const lanes = [this.#expected, this.#actual];
    const values = lanes.flatMap(({ marks }) => [...marks]).filter(([{ value }, mark]) => value !== mark);
    const errors = lanes.flatMap(({ events }) => events).filter(({ kind }) => kind === 'failed');
    const where = new Set([
      ...values.map(([{ value }, mark]) => `${mark} = ${text(value)}`),
      ...errors.map(({ value }) => `# = ${errorText(value)}`),
    ]);
    const kinds = new Set(lanes.flatMap(({ events }) => events.map(({ kind }) => kind)));
    const hasResult = lanes.some(({ marks }) => [...marks.keys()].some(({ kind }) => kind === 'finished'));
    const marks = [
      '- 1 ms of waiting',
      kinds.has('started') && 's start',
      kinds.has('reported') && 'a letter: a report',
      kinds.has('finished') && (hasResult ? '(r|) finished with r' : '| finished'),
      kinds.has('failed') && '# failed',
      kinds.has('cancel requested') && '! asked to cancel, ~ 1 ms of clean-up',
      kinds.has('cancelled') && 'x cancelled',
    ].filter((mark) => mark !== false);
    return [...(where.size > 0 ? [`  where     ${[...where].join(', ')}`] : []), `  marks     ${marks.join('; ')}`];
  }
}

function what(fact: Fact, lane: DrawableLane): string {
  const mark = [...lane.marks].find(
    ([event]) =>
      event.frame === fact.frame && event.kind === fact.kind && 'value' in fact && Object.is(event.value, fact.value),
  )?.[1];
  switch (fact.kind) {
    case 'started':
      return 'starts (s)';
    case 'reported':
      return `reports ${text(fact.value)} (${mark})`;
    case 'cancel requested':
      return 'is asked to cancel (!)';
    case 'finished':
      return mark === undefined ? 'finishes without a result (|)' : `finishes with ${text(fact.value)} (${mark}|)`;
    case 'failed':
      return `fails with ${errorText(fact.value)} (#)`;
    case 'cancelled':
      return 'ends cancelled (x)';
    case 'waiting':
      return 'waits, and no request to cancel stands (-)';
    case 'cleaning up':
      return 'cleans up (~)';
  }
}

/** Letters for the values of `actual`: those of equal values that were expected, else letters that are free. */
function marksOf(actual: Lane, expected: ExpectedLane, equal: Equality): Map<LaneEvent, string> {
  const known = [...expected.marks].map(([{ value }, mark]) => ({ value, mark }));
  const marks = new Map<LaneEvent, string>();
  for (const event of actual.events) {
    const { kind, value } = event;
    if (kind !== 'reported' && kind !== 'finished') continue;
    if (kind === 'finished' && value === undefined && !follows(event, actual)) continue;
    let mark = known.find((each) => equal(value, each.value))?.mark;
    if (mark === undefined) known.push({ value, mark: (mark = freeMark(value, kind, known)) });
    marks.set(event, mark);
  }
  return marks;
}

/** Right after a report of the same moment, which would be taken for the result. */
function follows(end: LaneEvent, { events }: Lane): boolean {
  const before = events[events.indexOf(end) - 1];
  return before?.kind === 'reported' && Math.floor(before.frame) === Math.floor(end.frame);
}

function freeMark(value: unknown, kind: LaneEvent['kind'], known: readonly { readonly mark: string }[]): string {
  const candidates = [
    ...(typeof value === 'string' && isLetter(value) ? [value] : []),
    ...(kind === 'finished' ? ['r'] : []),
    ...'abcdefghijklmnopqrtuvwyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
  ].filter((mark) => mark !== 's' && mark !== 'x');
  return candidates.find((mark) => !known.some((each) => each.mark === mark)) ?? '?';
}
