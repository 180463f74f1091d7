/**
 * Checks the package as its users get it: packs `dist` into a tarball, lets publint and attw judge it, installs it into
 * an empty project beside rxjs, and there runs it, compiles against it and bundles it. Needs `npm run build` before,
 * and no network. Ends with status 1 if anything is not as it should be.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';

import { build } from 'esbuild';

const root = path.dirname(import.meta.dirname);
const run = promisify(execFile);

/** A mistake of the package, told without a stack. */
class Fault extends Error {}

function check(holds, message) {
  if (!holds) throw new Fault(message);
}

/** Runs a Node program; its output, or a Fault that tells it. */
async function node(args, cwd) {
  try {
    const { stdout } = await run(process.execPath, args, { cwd, maxBuffer: 2 ** 26 });
    return stdout;
  } catch (error) {
    throw new Fault(`${path.basename(args[0])} failed\n${error.stdout}${error.stderr}`);
  }
}

/** The program `bin` of an installed package. Not by way of `.bin`: two packages here bring a `tsc`. */
async function program(name, bin = name) {
  const folder = path.join(root, 'node_modules', name);
  const manifest = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  return path.join(folder, typeof manifest.bin === 'string' ? manifest.bin : manifest.bin[bin]);
}

async function npm(args, cwd) {
  try {
    return (await run('npm', args, { cwd, maxBuffer: 2 ** 26 })).stdout;
  } catch (error) {
    throw new Fault(`npm ${args[0]} failed\n${error.stdout}${error.stderr}`);
  }
}

const programs = {
  // The one copy that import and require share.
  'one-copy.mjs': `
    import { createRequire } from 'node:module';
    import * as imported from 'rxtasks';
    const required = createRequire(import.meta.url)('rxtasks');
    for (const name of Object.keys(imported)) {
      if (imported[name] !== required[name]) throw new Error('import and require give two copies of ' + name);
    }
    if (Object.keys(required).length < 20) throw new Error('where are the exports?');`,
  'task.mjs': `
    import { coroutine, createTask, Future, sleep } from 'rxtasks';
    import { Observable } from 'rxjs';
    const work = coroutine(function* (name) { yield* sleep(1); return 'hello ' + name; });
    const task = createTask(work('import'));
    if (!(task instanceof Future && task instanceof Observable)) throw new Error('not of this copy');
    if ((await task) !== 'hello import') throw new Error('wrong result');`,
  'task.cjs': `
    const { coroutine, createTask, Future, sleep } = require('rxtasks');
    const { Observable } = require('rxjs');
    const work = coroutine(function* (name) { yield* sleep(1); return 'hello ' + name; });
    const task = createTask(work('require'));
    if (!(task instanceof Future && task instanceof Observable)) throw new Error('not of this copy');
    task.then((text) => { if (text !== 'hello require') throw new Error('wrong result'); });`,
  // Hosts without require(esm) load both builds: brands tell their objects, whichever build made them.
  'two-copies.mjs': `
    import { createRequire } from 'node:module';
    import * as imported from 'rxtasks';
    const required = createRequire(import.meta.url)('rxtasks');
    if (imported.Future === required.Future) throw new Error('expected two copies');
    const task = required.createTask(required.sleep(1, 'done'));
    if (!imported.Future.is(task)) throw new Error('Future.is does not know the task of the other copy');
    if (!imported.isCancelled(new required.CancelledError())) throw new Error('isCancelled does not know the other');
    if ((await imported.createTask(async () => task)) !== 'done') throw new Error('cannot wait for the other copy');`,
};

const typed = `
  import { forkJoin, lastValueFrom } from 'rxjs';
  import { coroutine, createTask, gather, run, sleep, type Task } from 'rxtasks';

  const work = coroutine(function* (n: number) {
    yield* sleep(1);
    return String(n);
  });

  async function main(): Promise<string> {
    const task: Task<string> = createTask(work(1));
    const joined: [string] = await lastValueFrom(forkJoin([task]));
    const [first, second] = await gather([work(2), sleep(1, 3)]);
    const sum: number = second;
    // @ts-expect-error a result has its type
    const wrong: number = await task;
    return joined[0] + first + sum + wrong;
  }

  export const outcome: Promise<string> = run(main);
`;

/** What esbuild makes of a module of the project, beyond what is left outside. */
async function bundle(project, contents, external) {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: project },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    external,
    logLevel: 'silent',
  }).catch((error) => {
    throw new Fault(`esbuild cannot bundle \`${contents}\`\n${error.message}`);
  });
  const code = outputFiles[0].contents;
  const inputs = Object.entries(Object.values(metafile.outputs)[0].inputs);
  return {
    min: code.length,
    gzip: gzipSync(code, { level: 9 }).length,
    files: inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => file),
  };
}

/** The steps, in order. Each throws a Fault, or returns what there is to tell. */
const steps = {
  async pack({ temp, state }) {
    check(existsSync(path.join(root, 'dist/esm/index.js')), 'nothing is built: npm run build');
    const packed = await npm(['pack', '--ignore-scripts', '--json', '--pack-destination', temp], root);
    const [{ filename, size, files }] = JSON.parse(packed);
    state.tarball = path.join(temp, filename);
    const names = files.map((file) => file.path);
    for (const name of ['LICENSE', 'README.md', 'CHANGELOG.md', 'dist/cjs/package.json', 'lib/index.ts']) {
      check(names.includes(name), `${name} is not in the tarball`);
    }
    return `${names.length} files, ${kilobytes(size)}`;
  },

  async publint({ state }) {
    await node([await program('publint'), state.tarball, '--strict']);
  },

  async attw({ state }) {
    await node([await program('@arethetypeswrong/cli', 'attw'), '--profile', 'node16', '--no-color', state.tarball]);
  },

  async install({ project, state }) {
    await mkdir(project);
    await writeFile(path.join(project, 'package.json'), '{ "private": true }');
    const beside = ['rxjs', 'tslib'].map((name) => path.join(root, 'node_modules', name));
    const quiet = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--install-links'];
    await npm(['install', ...quiet, state.tarball, ...beside], project);
  },

  async 'import and require'({ project }) {
    for (const [file, text] of Object.entries(programs)) await writeFile(path.join(project, file), text);
    for (const file of ['one-copy.mjs', 'task.mjs', 'task.cjs']) await node([file], project);
    for (const file of ['two-copies.mjs', 'task.cjs']) await node(['--no-experimental-require-module', file], project);
  },

  async types({ project }) {
    const files = ['consumer.mts', 'consumer.cts'];
    for (const file of files) await writeFile(path.join(project, file), typed);
    // Without the types of Node: what the declarations need beyond ES2022 and the DOM they bring along.
    const compilerOptions = {
      module: 'nodenext',
      target: 'es2022',
      lib: ['es2022', 'dom'],
      types: [],
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      noEmit: true,
    };
    await writeFile(path.join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
    for (const compiler of ['typescript', 'typescript-7']) {
      await node([await program(compiler, 'tsc'), '-p', project, '--pretty', 'false'], project);
    }
  },

  async 'tree shaking and size'({ project }) {
    const rxjs = ['rxjs', 'rxjs/*'];
    const [nothing, whole, sleep, bundled, observable] = await Promise.all([
      bundle(project, `import 'rxtasks'`, rxjs),
      bundle(project, `export * from 'rxtasks'`, rxjs),
      bundle(project, `export { sleep } from 'rxtasks'`, rxjs),
      bundle(project, `export * from 'rxtasks'`, []),
      bundle(project, `export { Observable } from 'rxjs'`, []),
    ]);
    check(nothing.min === 0, `\`import 'rxtasks'\` alone leaves ${nothing.min} bytes of ${nothing.files.join(', ')}`);
    const isGroup = (file) => file.endsWith('/task-group.js');
    check(whole.files.some(isGroup), 'the whole has no task-group.js: what shall `sleep` not pull in?');
    check(!sleep.files.some(isGroup), '`import { sleep }` pulls in TaskGroup');
    const rows = { 'all of rxtasks, rxjs outside': whole, '{ sleep }, rxjs outside': sleep };
    Object.assign(rows, { 'all of rxtasks with its rxjs': bundled, "rxjs's Observable alone": observable });
    const lines = Object.entries(rows).map(([name, { min, gzip }]) => {
      return `${name.padEnd(30)}${kilobytes(min).padStart(10)} min ${kilobytes(gzip).padStart(10)} gzip`;
    });
    return `\n  ${lines.join('\n  ')}`;
  },
};

function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

const temp = await mkdtemp(path.join(os.tmpdir(), 'rxtasks-package-'));
const job = { temp, project: path.join(temp, 'project'), state: {} };
try {
  for (const [name, step] of Object.entries(steps)) {
    const told = await step(job);
    console.log(`${name}: ${told ?? 'ok'}`);
  }
} catch (error) {
  console.error(error instanceof Fault ? error.message : error);
  process.exitCode = 1;
} finally {
  await rm(temp, { recursive: true, force: true });
}
