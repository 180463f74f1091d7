import type { Benchmark } from './benchmark.js';
import type { Failure, Figure } from './rounds.js';

/** What each contender did, by its name; the first is ours. */
export type Outcomes = Readonly<Record<string, Figure | Failure>>;

/** The table of one size, with the ratio to ours in each line. */
export function printTable({ contenders, measures, per }: Benchmark, size: number, outcomes: Outcomes): void {
  const inBytes = measures === 'bytes';
  const one = (value: number) => short((inBytes ? value : value * 1000) / size);
  const width = Math.max(...Object.keys(contenders).map((name) => name.length));
  const [ours] = Object.values(outcomes);
  console.log(
    `\n  ${size.toLocaleString('en')} × ${per}, ${inBytes ? 'bytes' : `µs${measures === 'cpu' ? ' of CPU' : ''}`} each`,
  );
  for (const [name, outcome] of Object.entries(outcomes)) {
    const start = `    ${name.padEnd(width)}`;
    if ('failed' in outcome) {
      console.log(`${start}  failed: ${outcome.failed.replaceAll('\n', '\n      ')}`);
      continue;
    }
    const { median, min, max } = outcome;
    const figures = `${one(median).padStart(9)} ${`(${one(min)} – ${one(max)})`.padEnd(20)}`;
    const ratio = outcome === ours || 'failed' in ours! ? '' : compared(median / ours!.median, inBytes);
    const lacks = contenders[name]!.lacks;
    console.log(`${start}${figures}${ratio.padEnd(16)}${lacks === undefined ? '' : ` ${lacks}`}`.trimEnd());
  }
}

function compared(ratio: number, inBytes: boolean): string {
  const [more, less] = inBytes ? ['more', 'less'] : ['slower', 'faster'];
  return ratio >= 1 ? `${short(ratio)} × ${more}` : `${short(1 / ratio)} × ${less}`;
}

/** Three digits, or all of those in front of the point. */
function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : Number(value.toPrecision(3)).toString();
}
