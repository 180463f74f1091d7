import path from 'node:path';

import ts from 'typescript';

import { entryPointsOf } from '../package/entry-points.js';
import { type PublicName, publicNames } from '../package/public-names.js';
import { documented, pages, sources } from './documented.js';
import { type Example, examplesInMarkdown, examplesInSource, titleOf } from './example.js';
import { needsServer } from './example-servers.js';
import { type Verdicts, tryExamples } from './try-examples.js';

const root = path.join(__dirname, '../..');

/** Examples that are wrong, to see that this is told. */
const wrong = examplesInMarkdown(
  'wrong.md',
  `
\`\`\`ts
console.log('one'); // one
console.log({ two: [2] }); // { two: [ 3 ] }
\`\`\`

\`\`\`ts no-run
const three: string = 3;
console.log(three); // never looked at
\`\`\`

- \`\`\`text
  const four: string = 4;
  \`\`\`

  \`\`\`ts
  setTimeout(() => console.log('later, but not late'), 20); // later, but not late
  throw new Error('five');
  \`\`\`

\`\`\`ts
for (const six of [6, 7]) console.log(six); // 6
\`\`\`
`,
);

let verdicts: Verdicts;

beforeAll(async () => {
  const examples = [...[...documented.values()].flat(), ...wrong];
  verdicts = await tryExamples(examples, (example) => example.runs && !needsServer(example));
});

function faultsOf(example: Example | undefined): string {
  return verdicts.faults.get(example as Example)?.join('\n') ?? 'not tried';
}

describe('The examples', () => {
  for (const [file, examples] of documented) {
    if (examples.length === 0) continue;
    describe(`of ${file}`, () => {
      for (const example of examples) {
        // What needs a server is run by examples.all.spec.ts.
        it(titleOf(example) + (needsServer(example) ? ' (only compiled)' : ''), () => {
          expect(faultsOf(example)).toBe('');
        });
      }
    });
  }

  it('leave nothing behind that is told when the process ends', () => {
    expect(verdicts.afterwards).toEqual({ printed: [], thrown: [] });
  });

  it('stand on every page, and in the files that hold something public', () => {
    const proseOnly = ['docs/architecture.md', 'docs/deviations.md'];
    expect(pages.filter((file) => documented.get(file)?.length === 0 && !proseOnly.includes(file))).toEqual([]);
    expect(sources.filter((file) => documented.get(file)?.length !== 0).length).toBeGreaterThan(40);
  });
});

describe('An example that is wrong', () => {
  it('is told with file and line, with what was expected and what was printed', () => {
    expect(faultsOf(wrong[0])).toBe(
      ['wrong.md:3: expected', '    one', '    { two: [ 3 ] }', 'printed', '    one', '    { two: [ 2 ] }'].join('\n'),
    );
  });

  it('is told when it prints more than is said', () => {
    expect(faultsOf(wrong[3])).toBe(['wrong.md:22: expected', '    6', 'printed', '    6', '    7'].join('\n'));
  });

  it('is told with the line that does not compile, and is not run if it is only to be compiled', () => {
    expect(faultsOf(wrong[1])).toBe("wrong.md:8: error TS2322: Type 'number' is not assignable to type 'string'.");
  });

  it('is told with what it throws; what it prints a little late counts', () => {
    expect(faultsOf(wrong[2])).toMatch(/^wrong\.md:17: it threw Error: five\n.*$/s);
    expect(faultsOf(wrong[2])).not.toContain('printed');
  });

  it('is found nowhere but in blocks of TypeScript', () => {
    expect(wrong).toHaveLength(4);
  });
});

describe('Each public function and class', () => {
  /** Those that have no example of their own, and why. */
  const without = new Map([
    ['AsCompleted', 'what asCompleted() gives back, whose example shows it'],
    ['JobExecutor', 'what all executors are, each of which has its own'],
  ]);
  const isError = ({ file }: PublicName, name: string) =>
    name.endsWith('Error') || (path.basename(path.dirname(file)) === 'errors' && /^[A-Z]/.test(name));

  const all = entryPointsOf(root).flatMap(({ index }) => [...publicNames(index)]);
  const names = all.filter(([name, found]) => {
    const isCode = (node: ts.Node) => ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node);
    return !found.typeOnly && found.declarations.some(isCode) && !isError(found, name) && !without.has(name);
  });

  it('has an example in its doc comment; errors are shown where they are thrown', () => {
    expect(names.length).toBeGreaterThan(50);
    const bare = names.filter(([, { declarations }]) => !declarations.some(hasExample)).map(([name]) => name);
    expect(bare).toEqual([]);
  });
});

function hasExample(node: ts.Node): boolean {
  return ts.getJSDocCommentsAndTags(node).some((doc) => examplesInSource('', doc.getText()).length > 0);
}
