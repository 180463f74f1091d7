import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(__dirname, '../..');
const top = new Set(readdirSync(root));
const pages = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md'],
  ...readdirSync(path.join(root, 'docs'))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];

/** The text of a page without what is fenced: examples name files of their own. */
function proseOf(page: string): string {
  return readFileSync(path.join(root, page), 'utf8').replaceAll(/^ *```.*?^ *```$/gms, '');
}

/**
 * The paths that a page names, from the folder of the project: of its links, and the words in code (`npx jest spec/run`) whose
 * first part is there in that folder. `lib/sync/<name>.ts` stands for a file that is to be made: it names the folder.
 */
function pathsIn(page: string, prose: string): string[] {
  const links = Array.from(prose.matchAll(/\]\(([^)\s#]+)[^)]*\)/g), ([, target]) => target as string)
    .filter((target) => !/^\w+:/.test(target))
    .map((target) => path.posix.join(path.posix.dirname(page), target));
  const code = Array.from(prose.matchAll(/`([^`]+)`/g), ([, text]) => (text as string).split(/\s+/))
    .flat()
    .filter((word) => word.includes('/') && top.has(word.split('/')[0] as string));
  return [...links, ...code].map((each) => each.replace(/[^/]*<.*$/, ''));
}

describe('each path that a page names exists:', () => {
  it.each(pages)('%s', (page) => {
    const paths = pathsIn(page, proseOf(page));
    expect(paths.filter((each) => !existsSync(path.join(root, each)))).toEqual([]);
  });

  it('links and code are looked at, from where the page is; what is to be made counts as its folder', () => {
    const prose = [
      '[a](../lib/index.ts) [b](guide.md#top) [c](https://rxjs.dev) [d](#below)',
      '`npx jest spec/none.ts -t x` `lib/sync/<name>.ts` `rxtasks/executors` `a / b`',
    ].join('\n');
    expect(pathsIn('docs/page.md', prose)).toEqual(['lib/index.ts', 'docs/guide.md', 'spec/none.ts', 'lib/sync/']);
  });
});
