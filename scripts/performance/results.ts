import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Result } from '../../bench/results.js';
import type { Failure, Figure } from '../../bench/rounds.js';

/** What was measured on one version of Node. */
export interface Results {
  /** `v20.20.2` */
  readonly node: string;
  readonly benchmarks: readonly BenchmarkResult[];
}

export interface BenchmarkResult extends Result {
  readonly name: string;
}

export type Outcome = Figure | Failure;

/** All files of bench/results, the oldest Node first. */
export function readResults(root: string): Results[] {
  const folder = path.join(root, 'bench/results');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((file) => {
      const results = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Record<string, Result>;
      const benchmarks = Object.entries(results)
        .map(([name, result]) => ({ name, ...result }))
        .sort((a, b) => rank(a) - rank(b));
      return { node: path.basename(file, '.json'), benchmarks };
    });
}

/** How ours behaves from small to large, and the removals: plots rather than ratios. */
export function isScaling({ name }: BenchmarkResult): boolean {
  return /^(scaling|remove|cancel-group)\b/.test(name);
}

/** What takes time comes first, then what takes bytes, then what scales; the largest plots before the others. */
function rank(result: BenchmarkResult): number {
  if (isScaling(result)) return 100 - Object.keys(result.sizes).length;
  return result.measures === 'bytes' ? 1 : 0;
}

export function sizesOf({ sizes }: BenchmarkResult): [size: number, outcomes: [name: string, outcome: Outcome][]][] {
  return Object.entries(sizes).map(([size, outcomes]) => [Number(size), Object.entries(outcomes)]);
}

/** The names of all contenders, ours first. */
export function contendersOf(result: BenchmarkResult): string[] {
  return [...new Set(sizesOf(result).flatMap(([, outcomes]) => outcomes.map(([name]) => name)))];
}

/** Of one, in the unit of the table: bytes, or microseconds. */
export function ofOne({ measures }: BenchmarkResult, size: number, value: number): number {
  return (measures === 'bytes' ? value : value * 1000) / size;
}

/** Three digits, or all of those in front of the point. */
export function short(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString('en');
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
