/** What the audit has found, on one screen. The same findings give the same text, in whatever order they came. */
import { type Finding, TIME_LIMIT } from './audit.js';
import { type Duplicate, findDuplicates } from './duplicates.js';
import { atMost, count, seconds, shorten, size } from './format.js';

type Audited = Extract<Finding, { state: 'audited' }>;
/** A title and its lines. Without lines there is nothing to tell. */
type Section = readonly [title: string, lines: readonly string[]];

const WIDTH = 76;

/** Sections, and the totals last. `heading` may make a title bold. */
export function report(findings: readonly Finding[], heading = (title: string) => title): string {
  const sorted = [...findings].sort((a, b) => compare(a.package.label, b.package.label));
  const audited = sorted.filter((finding) => finding.state === 'audited');
  const inState = (state: Finding['state']) => sorted.filter((finding) => finding.state === state);
  const absent = inState('absent');
  const missing = absent.filter((finding) => !finding.package.optional);
  const optional = absent.filter((finding) => finding.package.optional);
  const unlicensed = audited.filter((finding) => finding.licence === null);
  const sections = [
    largest(audited),
    duplicates(findDuplicates(audited.map((each) => each.files))),
    packages('Without a licence', unlicensed, 4),
    packages('In the lock file, not on disk', missing, 4, 'npm ci installs them'),
    packages('Optional, not on disk', optional, 3, 'for other platforms, or left out'),
    packages('Links, not followed', inState('a link'), 3, 'workspaces, npm link'),
    packages('Timed out', inState('timed out'), 3, `after ${seconds(TIME_LIMIT)}`),
    unreadable(audited),
  ];
  return sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => [heading(title), ...lines.map((line) => `  ${shorten(line, WIDTH)}`)].join('\n'))
    .concat(heading(totals(audited)))
    .join('\n\n');
}

function largest(audited: readonly Audited[]): Section {
  const lines = audited
    .map((each) => ({ each, bytes: bytesOf(each) }))
    .sort((a, b) => b.bytes - a.bytes)
    .map(({ each, bytes }) => [
      size(bytes).padStart(6),
      count(each.files.length, 'file').padStart(11),
      each.package.label,
    ]);
  return ['Largest packages', lines.slice(0, 5).map((columns) => columns.join('  '))];
}

function duplicates(found: readonly Duplicate[]): Section {
  const cost = size(found.reduce((sum, each) => sum + each.cost, 0));
  const further = found.reduce((sum, each) => sum + each.copies - 1, 0);
  const lines = found.map(
    (each) => `${size(each.cost).padStart(6)}  = ${size(each.bytes)} × ${each.copies - 1}  ${short(each.path)}`,
  );
  return [
    `Duplicates across packages: ${count(found.length, 'file')}, ${count(further, 'further copy', 'further copies')}, ${cost}`,
    atMost(5, lines),
  ];
}

function packages(title: string, found: readonly Finding[], limit: number, note?: string): Section {
  const labels = found.map((finding) => finding.package.label);
  return [`${title}: ${found.length}${note === undefined ? '' : ` (${note})`}`, atMost(limit, labels)];
}

function unreadable(audited: readonly Audited[]): Section {
  const problems = audited.flatMap((each) => each.problems).sort((a, b) => compare(a.path, b.path));
  const lines = problems.map(({ path, reason }) => `${reason}: ${path}`);
  return [`Could not be read: ${problems.length}`, atMost(4, lines)];
}

function totals(audited: readonly Audited[]): string {
  const sum = (amount: (each: Audited) => number) => audited.reduce((total, each) => total + amount(each), 0);
  const links = sum((each) => each.links);
  const files = sum((each) => each.files.length);
  const parts = [count(audited.length, 'package'), count(files, 'file'), size(sum(bytesOf))];
  if (links > 0) parts.push(`${count(links, 'symbolic link')} not followed`);
  return parts.join(', ');
}

function bytesOf(each: Audited): number {
  return each.files.reduce((sum, file) => sum + file.bytes, 0);
}

function short(path: string): string {
  return path.replaceAll(/(^|\/)node_modules\//g, (_, slash) => (slash === '' ? '' : ' > '));
}

/** By code units: the same everywhere, whatever the language of the terminal. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
