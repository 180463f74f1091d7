/**
 * The examples of the documentation: blocks fenced as `ts`, in Markdown and in doc comments.
 *
 *     ```ts            is compiled and run, and what it prints is compared
 *     ```ts no-run     is only compiled
 *
 * What an example prints stands behind the calls that print it, in the order of the text:
 *
 *     console.log(1 + 1); // 2
 *     for (const x of 'ab') console.log(x); // a, then b
 */
export interface Example {
  /** The file that it stands in, as the titles of specs name it. */
  readonly file: string;
  /** The number of its first line there. */
  readonly line: number;
  readonly code: string;
  /** False: compiled only. */
  readonly runs: boolean;
  /** The lines that it is expected to print. */
  readonly expected: readonly string[];
}

/** The examples in a Markdown text. */
export function examplesInMarkdown(file: string, text: string): Example[] {
  return fenced(file, text.split('\n'));
}

/** The examples in the doc comments of a TypeScript source. */
export function examplesInSource(file: string, text: string): Example[] {
  let inside = false;
  const lines = text.split('\n').map((line) => {
    if (/^\s*\/\*\*(?!.*\*\/)/.test(line)) inside = true;
    else if (/\*\/\s*$/.test(line)) inside = false;
    else if (inside) return line.replace(/^\s*\* ?/, '');
    return null;
  });
  return fenced(file, lines);
}

/** @param lines null: one that belongs to no text, and ends a block as the end of the text does */
function fenced(file: string, lines: readonly (string | null)[]): Example[] {
  const examples: Example[] = [];
  for (let i = 0; i < lines.length; i++) {
    const [, indent, info] = /^( *)```(\S.*)$/.exec(lines[i] ?? '') ?? [];
    if (indent === undefined || info === undefined) continue;
    const first = i + 1;
    while (++i < lines.length && lines[i] !== null && lines[i]?.trim() !== '```');
    if (lines[i]?.trim() !== '```') throw new Error(`${file}:${first}: this block is not closed`);
    if (info !== 'ts' && info !== 'ts no-run') continue;
    const code = lines.slice(first, i).map((line) => (line as string).slice(indent.length));
    examples.push({
      file,
      line: first + 1,
      code: code.join('\n'),
      runs: info === 'ts',
      expected: code.flatMap(expectedOf),
    });
  }
  return examples;
}

/** What the calls of `console` on a line of code are expected to print. */
function expectedOf(line: string): string[] {
  const text = /console\.(?:log|error)\(.*?\).*\s\/\/ (.*)$/.exec(line)?.[1];
  return text === undefined ? [] : text.split(', then ');
}

/** A line that tells an example from the others of its file. */
export function titleOf({ line, code }: Example): string {
  const telling = code.split('\n').find((each) => each.trim() !== '' && !each.startsWith('import '));
  return `line ${line}: ${telling ?? '(imports only)'}`;
}
