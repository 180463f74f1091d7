/**
 * `npm run --silent sample <name>`: runs `samples/<name>.ts`, in this very process, so that Ctrl-C is the sample's own
 * affair. Without a name, or with one that there is not, it lists the samples with their questions.
 */
import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../samples/', import.meta.url);
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length))
  .sort();

/** The first sentence of the comment at the head of the sample. */
function questionOf(name: string): string {
  const text = readFileSync(new URL(`${name}.ts`, folder), 'utf8');
  return /^\/\*\*\s+\* (.+)/.exec(text)?.[1] ?? '';
}

// Whoever reads the output may leave early, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const name = process.argv[2];
if (name !== undefined && names.includes(name)) {
  await import(new URL(`${name}.ts`, folder).href);
} else {
  if (name !== undefined) console.error(`There is no sample '${name}'.`);
  console.log('npm run --silent sample <name>, where <name> is one of');
  const width = Math.max(...names.map((each) => each.length));
  for (const each of names) console.log(`  ${each.padEnd(width)}  ${questionOf(each)}`);
  process.exitCode = 2;
}
