/**
 * `npm run render-performance`: writes the tables of docs/performance.md, between its markers, and the pictures of docs/performance/, from
 * bench/results/. With `--check`: writes nothing, says what would be other than it is, and ends with status 1 if anything would.
 */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { renderRatios, renderScaling } from './performance/pictures.js';
import { readResults } from './performance/results.js';
import { type Picture, renderTables } from './performance/tables.js';
import { replaceMarked } from './replace-marked.js';

const root = path.dirname(import.meta.dirname);
const page = path.join(root, 'docs/performance.md');
const folder = path.join(root, 'docs/performance');
const begin = '<!-- rendered from bench/results by `npm run render-performance` -->';
const end = '<!-- end of what is rendered -->';

/** All files, by their paths, as they are to be. */
async function render(): Promise<Map<string, string>> {
  const all = readResults(root);
  const files = new Map<string, string>();
  for (const { node, benchmarks } of all) {
    files.set(path.join(folder, ratios(node).file), await renderRatios(benchmarks));
    files.set(path.join(folder, scaling(node).file), await renderScaling(benchmarks));
  }
  const tables = renderTables(all, (node) => [ratios(node), scaling(node)]);
  files.set(page, replaceMarked(readFileSync(page, 'utf8'), begin, end, tables));
  return files;
}

function ratios(node: string): Picture {
  return { title: `Each peer's figure divided by ours, on Node ${node}`, file: `ratios-${node}.svg` };
}

function scaling(node: string): Picture {
  return { title: `Time of one as their number grows, on Node ${node}`, file: `scaling-${node}.svg` };
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined; // not there
  }
}

const files = await render();
mkdirSync(folder, { recursive: true });
const stale = readdirSync(folder)
  .map((file) => path.join(folder, file))
  .filter((file) => !files.has(file));
const other = [...files].filter(([file, text]) => contentOf(file) !== text);

if (process.argv.includes('--check')) {
  const wrong = [...stale, ...other.map(([file]) => file)].map((file) => path.relative(root, file));
  for (const file of wrong) console.log(`${file} is not what bench/results give: run \`npm run render-performance\``);
  process.exitCode = wrong.length === 0 ? 0 : 1;
} else {
  for (const file of stale) rmSync(file);
  for (const [file, text] of other) writeFileSync(file, text);
}
