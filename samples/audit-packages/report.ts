/** What the audit has found, on one screen. The same findings give the same text, in whatever order they came. */
import { type Finding, TIME_LIMIT } from './audit.js';
import { type Duplicate, findDuplicates } from './duplicates.js';
import { atMost, count, seconds, shorten, size } from './format.js';

type Audited = Extract<Finding, { state: 'audited' }>;

const WIDTH = 72;

/** The sections, each a heading and its lines; what was not found has none. */
export function report(findings: readonly Finding[], heading = (text: string) => text): string {
  const sorted = [...findings].sort((a, b) => compare(a.package.label, b.package.label));
  const audited = sorted.filter((finding) => finding.state === 'audited');
  const absent = sorted.filter((finding) => finding.state === 'absent').map((finding) => finding.package);
  const labels = (state: Finding['state']) =>
    sorted.filter((finding) => finding.state === state).map((finding) => finding.package.label);
  const required = absent.filter((each) => !each.optional).map((each) => each.label);
  const optional = absent.filter((each) => each.optional).map((each) => each.label);
  const without = audited.filter((each) => each.licence === null).map((each) => each.package.label);
  const problems = audited.flatMap((each) => each.problems).sort((a, b) => compare(a.path, b.path));
  const duplicates = findDuplicates(audited.map((each) => each.files));
  const links = labels('a link');
  const late = labels('timed out');

  const sections: [title: string, lines: string[]][] = [
    ['Largest packages', largest(audited)],
    [duplicateTitle(duplicates), atMost(6, duplicates.map(duplicateLine))],
    [`Without a licence: ${without.length}`, atMost(5, without)],
    [`In the lock file, not on disk: ${required.length} (\`npm ci\` installs them)`, atMost(5, required)],
    [`Optional, not on disk: ${optional.length} (for other platforms, or left out)`, atMost(3, optional)],
    [`Links instead of folders, not followed: ${links.length}`, atMost(3, links)],
    [`Timed out after ${seconds(TIME_LIMIT)}, not audited: ${late.length}`, atMost(3, late)],
    [
      `Could not be read: ${problems.length}`,
      atMost(
        5,
        problems.map(({ path, reason }) => `${reason}  ${path}`),
      ),
    ],
  ];
  return sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => [heading(title), ...lines.map((line) => `  ${shorten(line, WIDTH)}`)].join('\n'))
    .concat(heading(totals(audited)))
    .join('\n\n');
}

function totals(audited: readonly Audited[]): string {
  const files = audited.reduce((sum, each) => sum + each.files.length, 0);
  const links = audited.reduce((sum, each) => sum + each.links, 0);
  const bytes = audited.reduce((sum, each) => sum + bytesOf(each), 0);
  const parts = [count(audited.length, 'package'), count(files, 'file'), size(bytes)];
  if (links > 0) parts.push(`${count(links, 'symbolic link')} not followed`);
  return parts.join(', ');
}

function largest(audited: readonly Audited[]): string[] {
  return audited
    .map((each) => ({ each, bytes: bytesOf(each) }))
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, 6)
    .map(
      ({ each, bytes }) =>
        `${size(bytes).padStart(6)} ${count(each.files.length, 'file').padStart(12)}  ${each.package.label}`,
    );
}

function duplicateTitle(duplicates: readonly Duplicate[]): string {
  const cost = duplicates.reduce((sum, each) => sum + each.cost, 0);
  const copies = duplicates.reduce((sum, each) => sum + each.copies - 1, 0);
  return `Duplicates in several packages: ${count(duplicates.length, 'file')}, whose ${count(copies, 'further copy', 'further copies')} cost ${size(cost)}`;
}

function duplicateLine({ bytes, copies, cost, path }: Duplicate): string {
  return `${size(cost).padStart(6)} = ${size(bytes)} × ${copies - 1}  ${path.replaceAll('node_modules/', '')}`;
}

function bytesOf(each: Audited): number {
  return each.files.reduce((sum, file) => sum + file.bytes, 0);
}

/** By code units: the same everywhere, whatever the language of the terminal. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
