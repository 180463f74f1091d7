import { type BenchmarkResult, type Outcome, type Results, contendersOf, ofOne, short, sizesOf } from './results.js';

/** The part of docs/performance.md that is made of the results. */
export function renderTables(all: readonly Results[], pictures: (node: string) => readonly Picture[]): string {
  return all
    .map(({ node, benchmarks }) =>
      [
        `## Node ${node}`,
        madeOn(benchmarks),
        ...pictures(node).map(({ title, file }) => `![${title}](performance/${file})`),
        ...benchmarks.map(table),
      ].join('\n\n'),
    )
    .join('\n\n');
}

export interface Picture {
  readonly title: string;
  readonly file: string;
}

/** On which machine, when, and of which versions; more than one of each if the file was written in several runs. */
function madeOn(benchmarks: readonly BenchmarkResult[]): string {
  const all = (of: (result: BenchmarkResult) => string) => [...new Set(benchmarks.map(of))].sort().join('; ');
  const versions = (result: BenchmarkResult) =>
    Object.entries(result.versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ');
  const rounds = all((result) => String(result.rounds));
  return [
    `- ${all(({ machine }) => machine)}`,
    `- ${all(({ date }) => date)}; medians of ${rounds} rounds`,
    `- ${all(versions)}`,
  ].join('\n');
}

/** One benchmark: a line for each contender, a column for each size. */
function table(result: BenchmarkResult): string {
  const sizes = sizesOf(result);
  const ours = contendersOf(result)[0]!;
  const lacking = Object.keys(result.lacks).length > 0;
  const unit = { time: 'µs', given: 'µs', cpu: 'µs of CPU', bytes: 'bytes' }[result.measures];
  const head = [
    `${unit} per ${result.per}`,
    ...sizes.map(([size]) => (sizes.length === 1 && size === 1 ? '' : size.toLocaleString('en'))),
    ...(lacking ? ['where it does less'] : []),
  ];
  const rows = contendersOf(result).map((name) => [
    name === ours ? `**${name}**` : name,
    ...sizes.map(([size, outcomes]) => {
      const found = new Map(outcomes);
      return cell(result, size, found.get(name), name === ours ? undefined : found.get(ours));
    }),
    ...(lacking ? [result.lacks[name] ?? ''] : []),
  ]);
  const align = ['---', ...sizes.map(() => '--:'), ...(lacking ? ['---'] : [])];
  return [`### ${result.title}`, '', ...aligned([head, align, ...rows])].join('\n');
}

/** `1.23 (1.2 – 1.31)`, the spread in parentheses; and for the others how many times ours that is. */
function cell(result: BenchmarkResult, size: number, outcome: Outcome | undefined, ours: Outcome | undefined): string {
  if (outcome === undefined) return '';
  if ('failed' in outcome) return 'failed';
  const one = (value: number) => short(ofOne(result, size, value));
  const { median, min, max } = outcome;
  const spread = one(min) === one(max) ? '' : ` (${one(min)} – ${one(max)})`;
  const ratio = ours === undefined || 'failed' in ours ? '' : ` · **${short(median / ours.median)} ×**`;
  return `${one(median)}${spread}${ratio}`;
}

/** Lines of Markdown, as Prettier writes them. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const right = rows[1]!.map((mark) => mark.endsWith(':'));
  const widths = rows[0]!.map((_, column) =>
    Math.max(3, ...rows.map((row) => (row === rows[1] ? 0 : row[column]!.length))),
  );
  return rows.map((row, line) => {
    const cells = row.map((text, column) => {
      const width = widths[column]!;
      if (line === 1) return right[column] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width);
      return right[column] ? text.padStart(width) : text.padEnd(width);
    });
    return `| ${cells.join(' | ')} |`;
  });
}
