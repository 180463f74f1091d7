import { isDeepStrictEqual } from 'node:util';

import type { Program, Result, Row } from '../../spec/conformance/program.js';
import { listing } from './listing.js';

/** A program that the two run differently. */
export interface Difference {
  readonly program: Program;
  readonly expected: Result;
  readonly actual: Result;
}

/**
 * Do both say the same of `program`? In a deadlock the clock stands where the last timer left it. An asCompleted that is left
 * takes its timer with it, and that of asyncio does not: see docs/deviations.md.
 */
export function agree(program: Program, expected: Result, actual: Result): boolean {
  const timerLeft =
    'deadlock' in expected.outcome && actual.time < expected.time && JSON.stringify(program).includes('"as_completed"');
  return isDeepStrictEqual(actual, timerLeft ? { ...expected, time: actual.time } : expected);
}

/** The number of rows before and after the first differing one that are shown. */
const context = 14;
const width = 58;

/** A word for the kind of difference: the two events where the traces part, or the part of the result that differs. */
export function kindOf({ expected, actual }: Difference): string {
  const at = firstDifferingRow(expected, actual);
  if (at !== undefined) {
    const [left, right] = [expected.trace[at], actual.trace[at]];
    const [expectedEvent, actualEvent] = [describe(left), describe(right)];
    if (expectedEvent !== actualEvent) return `asyncio ${expectedEvent}, rxtasks ${actualEvent}`;
    const column = ['time', 'task', 'event', 'value'].find(
      (_, index) => !isDeepStrictEqual(left?.[index], right?.[index]),
    );
    return `${expectedEvent} with another ${column ?? 'row'}`;
  }
  const part = (['final', 'outcome', 'time'] as const).find((key) => !isDeepStrictEqual(expected[key], actual[key]));
  return `same trace, other ${part ?? 'result'}`;
}

/** The program, then both traces side by side with the first differing row marked, then the rest of the results. */
export function show(difference: Difference): string {
  const { program, expected, actual } = difference;
  return [
    `=== ${program.id} (family ${program.family}, seed ${program.seed}) ===`,
    kindOf(difference),
    '',
    listing(program),
    '',
    ...sideBySide(expected, actual),
    '',
    ...(['final', 'outcome', 'time'] as const).flatMap((key) => both(key, expected[key], actual[key])),
  ].join('\n');
}

function firstDifferingRow(expected: Result, actual: Result): number | undefined {
  const length = Math.max(expected.trace.length, actual.trace.length);
  for (let at = 0; at < length; at += 1) {
    if (!isDeepStrictEqual(expected.trace[at], actual.trace[at])) return at;
  }
  return undefined;
}

function describe(row: Row | undefined): string {
  if (!row) return 'ends';
  const [, task, event, value] = row;
  const error = typeof value === 'object' && value !== null && '$exc' in value ? ` ${String(value['$exc'])}` : '';
  return `${task === '-' ? '- ' : ''}${event}${error}`;
}

function sideBySide(expected: Result, actual: Result): string[] {
  const length = Math.max(expected.trace.length, actual.trace.length);
  const at = firstDifferingRow(expected, actual);
  const from = Math.max(0, (at ?? length) - context);
  const to = Math.min(length, (at ?? length) + context);
  const lines = [`    ${'asyncio'.padEnd(width)}   rxtasks`];
  if (from > 0) lines.push(`    … ${from} equal rows`);
  for (let row = from; row < to; row += 1) {
    const left = showRow(expected.trace[row]);
    const right = showRow(actual.trace[row]);
    const mark = row === at ? '>>> ' : '    ';
    lines.push(`${mark}${clip(left)} ${left === right ? ' ' : '|'} ${right}`);
  }
  if (to < length) lines.push(`    … ${length - to} more rows`);
  return lines;
}

function showRow(row: Row | undefined): string {
  if (!row) return '';
  const [time, task, event, value] = row;
  return `${String(time).padStart(4)} ${task.padEnd(5)} ${event}${value === null ? '' : ` ${JSON.stringify(value)}`}`;
}

function clip(text: string): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
}

function both(key: string, expected: unknown, actual: unknown): string[] {
  if (isDeepStrictEqual(expected, actual)) return [`    ${key} ${JSON.stringify(expected)}`];
  if (key === 'final' && Array.isArray(expected) && Array.isArray(expected[0]) && Array.isArray(actual)) {
    return expected.flatMap((item, index) =>
      isDeepStrictEqual(item, actual[index]) ? [] : both(key, item, actual[index]),
    );
  }
  return [
    `>>> ${key} asyncio ${JSON.stringify(expected)}`,
    `    ${' '.repeat(key.length)} rxtasks ${JSON.stringify(actual)}`,
  ];
}
