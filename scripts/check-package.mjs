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

/** Longer than any program here takes: one that is still there has something that keeps it alive. */
const TIMEOUT = 60_000;

/** Runs a Node program; its output, or a Fault that tells it. */
async function node(args, cwd) {
  try {
    const { stdout } = await run(process.execPath, args, { cwd, maxBuffer: 2 ** 26, timeout: TIMEOUT });
    return stdout;
  } catch (error) {
    const how = error.killed ? `did not end in ${TIMEOUT} ms` : 'failed';
    throw new Fault(`${args.map((arg) => path.basename(arg)).join(' ')} ${how}\n${error.stdout}${error.stderr}`);
  }
}

/** Runs a Node program that says `done` at its end, and nothing else. */
async function complete(args, cwd) {
  const told = await node(args, cwd);
  check(told === 'done\n', `${args.at(-1)} ended before it was done; it said: ${told}`);
}

/** Of Node: as it is, and as hosts are that cannot require ES modules. */
const hosts = [[], ['--no-experimental-require-module']];

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

/** What workers load: of a consumer, in each format. */
const work = {
  'work.mjs': `
    import { threadId } from 'node:worker_threads';
    import { coroutine, sleep } from 'rxtasks';
    export const where = () => [process.pid, threadId].join();
    export const count = (steps, task) => { for (let i = 1; i <= steps; i++) task.report(i); return { steps }; };
    export const fail = (text) => { throw Object.assign(new RangeError(text), { code: 'E_FAR' }); };
    export const recipe = coroutine(function* (n) { yield* sleep(1); return n * 2; });`,
  'work.cjs': `
    const { threadId } = require('node:worker_threads');
    const { coroutine, sleep } = require('rxtasks');
    exports.where = () => [process.pid, threadId].join();
    exports.count = (steps, task) => { for (let i = 1; i <= steps; i++) task.report(i); return { steps }; };
    exports.fail = (text) => { throw Object.assign(new RangeError(text), { code: 'E_FAR' }); };
    exports.recipe = coroutine(function* (n) { yield* sleep(1); return n * 2; });`,
};

/** Runs jobs in all executors of this machine. The last pool is not shut down: it does not keep the process alive. */
const jobs = `
  const variable = new ContextVar('of-the-caller');
  const is = (actual, expected) => {
    const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
    if (a !== b) throw new Error('expected ' + b + ', got ' + a);
  };
  async function use(pool) {
    is(await pool.submit((a, b) => a + b, 1, 2), 3);
    is((await pool.submit(functions.where)) === process.pid + ',0', pool instanceof InlineExecutor);
    const task = pool.submit(functions.count, 3);
    const seen = [];
    task.progress$.subscribe((value) => seen.push(value));
    is([await task, seen], [{ steps: 3 }, [1, 2, 3]]);
    const error = await pool.submit(functions.fail, 'too far').then(() => null, (error) => error);
    is([error instanceof RangeError, error.message, error.code], [true, 'too far', 'E_FAR']);
    is(await pool.submit(functions.recipe, 4), 8);
    const token = variable.set('here');
    is(await pool.submit((n) => n, 1), 1);
    variable.reset(token);
    const results = [];
    for await (const result of pool.map((n) => n * n, [1, 2, 3])) results.push(result);
    is(results, [1, 4, 9]);
    const endless = pool.submit(() => new Promise(() => {}));
    setTimeout(() => endless.cancel('enough'), 50);
    is(await endless.then(() => false, (error) => isCancelled(error)), true);
  }
  async function main() {
    for (const Executor of [InlineExecutor, ThreadPoolExecutor, ProcessPoolExecutor]) {
      const pool = new Executor({ grace: 100 });
      await use(pool);
      await pool.shutdown();
    }
    is(await run(async () => [await toThread((n) => -n, 5), await getRunningLoop().runInExecutor(null, (n) => n, 6)]), [-5, 6]);
    is(await new ThreadPoolExecutor().submit((n) => n, 7), 7);
    is(await new ProcessPoolExecutor().submit((n) => n, 8), 8);
  }
  main().then(() => console.log('done'));`;

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
  'executors.mjs': `
    import { ContextVar, getRunningLoop, isCancelled, run } from 'rxtasks';
    import { InlineExecutor, ProcessPoolExecutor, ThreadPoolExecutor, remote, toThread } from 'rxtasks/executors';
    const functions = remote(new URL('./work.mjs', import.meta.url));${jobs}`,
  'executors.cjs': `
    const { pathToFileURL } = require('node:url');
    const { ContextVar, getRunningLoop, isCancelled, run } = require('rxtasks');
    const { InlineExecutor, ProcessPoolExecutor, ThreadPoolExecutor, remote, toThread } = require('rxtasks/executors');
    const functions = remote(pathToFileURL(require.resolve('./work.cjs')));${jobs}`,
  // Nothing of it needs a server, or the packages that talk to one, until an executor is made.
  'queue.mjs': `
    import { createRequire } from 'node:module';
    const refused = (QueueExecutor, options, install) => {
      try {
        new QueueExecutor({ queue: 'none', ...options });
      } catch (error) {
        if (error.name === 'RuntimeError' && error.message.includes(install)) return;
        throw error;
      }
      throw new Error('nothing is missing');
    };
    for (const { QueueExecutor } of [await import('rxtasks/queue'), createRequire(import.meta.url)('rxtasks/queue')]) {
      refused(QueueExecutor, { redis: 'redis://127.0.0.1:1' }, 'npm install bullmq ioredis');
      refused(QueueExecutor, { postgres: 'postgres://127.0.0.1:1/none' }, 'npm install bullmq pg');
    }
    console.log('done');`,
};

/** A project that is not compiled at all. */
const untyped = {
  'work.ts': `
    import type { RemoteTask } from 'rxtasks/executors';
    export async function half(n: number, task: RemoteTask<string>): Promise<number> {
      task.report('halving');
      return n / 2;
    }`,
  'sources.ts': `
    import { ProcessPoolExecutor, ThreadPoolExecutor, remote } from 'rxtasks/executors';
    const { half } = remote<typeof import('./work.ts')>(new URL('./work.ts', import.meta.url));
    for (const pool of [new ThreadPoolExecutor(), new ProcessPoolExecutor()]) {
      const task = pool.submit(half, 8);
      const seen: string[] = [];
      task.progress$.subscribe((text) => void seen.push(text));
      if ((await task) !== 4 || seen.join() !== 'halving') throw new Error('wrong result');
      if ((await pool.submit((n: number): number => n + 1, 1)) !== 2) throw new Error('wrong result by source');
      await pool.shutdown();
    }
    console.log('done');`,
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

/** With the types of Node, which those of threads and processes need. */
const typedJobs = `
  import type { Task } from 'rxtasks';
  import { ProcessPoolExecutor, ThreadPoolExecutor, type RemoteTask } from 'rxtasks/executors';
  import { QueueExecutor } from 'rxtasks/queue';

  async function main(): Promise<void> {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 2, resourceLimits: { maxOldGenerationSizeMb: 64 } });
    const task: Task<number, string> = pool.submit((n: number, task: RemoteTask<string>) => n, 1);
    // @ts-expect-error a text is no number
    pool.submit((n: number) => n, 'text');
    for await (const n of new ProcessPoolExecutor().map(async (n: number) => n, [1])) n satisfies number;
    const queued: Task<string> = new QueueExecutor({ queue: 'jobs', redis: 'redis://localhost' }).submit(() => 'there');
    await Promise.all([task, queued]);
  }

  void main();
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
    // The worker of browsers is a module there and nothing else.
    const options = ['--profile', 'node16', '--no-color', '--exclude-entrypoints', 'rxtasks/executors/worker'];
    await node([await program('@arethetypeswrong/cli', 'attw'), state.tarball, ...options]);
  },

  async install({ project, state }) {
    await mkdir(project);
    await writeFile(path.join(project, 'package.json'), '{ "private": true }');
    // What it depends on, and rxjs; not the optional peers.
    const beside = ['rxjs', 'tslib', 'piscina', 'acorn'].map((name) => path.join(root, 'node_modules', name));
    const quiet = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--install-links'];
    await npm(['install', ...quiet, state.tarball, ...beside], project);
  },

  async 'import and require'({ project }) {
    for (const [file, text] of Object.entries(programs)) await writeFile(path.join(project, file), text);
    for (const file of ['one-copy.mjs', 'task.mjs', 'task.cjs']) await node([file], project);
    for (const file of ['two-copies.mjs', 'task.cjs']) await node(['--no-experimental-require-module', file], project);
  },

  async 'threads and processes'({ project }) {
    for (const [file, text] of Object.entries(work)) await writeFile(path.join(project, file), text);
    for (const file of ['executors.mjs', 'executors.cjs']) {
      for (const options of hosts) await complete([...options, file], project);
    }
  },

  async 'queue without its packages'({ project }) {
    for (const name of ['bullmq', 'ioredis', 'pg']) {
      check(!existsSync(path.join(project, 'node_modules', name)), `${name} is installed: what shall be missing?`);
    }
    for (const options of hosts) await complete([...options, 'queue.mjs'], project);
  },

  async command({ project }) {
    const command = (args) =>
      run(path.join(project, 'node_modules/.bin/rxtasks'), args, { cwd: project, timeout: TIMEOUT });
    const help = await command(['--help']).catch((error) => {
      throw new Fault(`rxtasks --help failed\n${error.stdout}${error.stderr}`);
    });
    check(
      help.stdout.includes('rxtasks worker --queue NAME'),
      `rxtasks --help does not tell how to use it: ${help.stdout}`,
    );
    const server = ['--redis', 'redis://127.0.0.1:1'];
    const failure = await command(['worker', '--queue', 'none', ...server]).then(
      () => undefined,
      (error) => error,
    );
    check(failure?.code === 1, 'rxtasks worker without bullmq did not fail with status 1');
    check(
      failure.stderr.includes('npm install bullmq ioredis'),
      `rxtasks worker does not tell its cure: ${failure.stderr}`,
    );
  },

  async 'from TypeScript sources'({ project }) {
    const [major, minor] = process.versions.node.split('.').map(Number);
    if (major < 22 || (major === 22 && minor < 6)) return `not by this Node (${process.version}), which runs none`;
    const folder = path.join(project, 'sources');
    await mkdir(folder);
    await writeFile(path.join(folder, 'package.json'), '{ "private": true, "type": "module" }');
    for (const [file, text] of Object.entries(untyped)) await writeFile(path.join(folder, file), text);
    const options = process.features.typescript ? [] : ['--experimental-strip-types'];
    await complete([...options, 'sources.ts'], folder);
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

    const folder = path.join(project, 'jobs');
    await mkdir(folder);
    for (const file of files) await writeFile(path.join(folder, file), typedJobs);
    const typeRoots = [path.join(root, 'node_modules/@types')];
    const withNode = { lib: ['es2023', 'esnext.disposable', 'dom'], types: ['node'], typeRoots, skipLibCheck: true };
    const resolutions = [{}, { module: 'esnext', moduleResolution: 'bundler' }];
    for (const [i, resolution] of resolutions.entries()) {
      const config = path.join(folder, `tsconfig.${i}.json`);
      await writeFile(
        config,
        JSON.stringify({ compilerOptions: { ...compilerOptions, ...withNode, ...resolution }, files }),
      );
      await node([await program('typescript-7', 'tsc'), '-p', config, '--pretty', 'false'], folder);
    }
  },

  async 'tree shaking and size'({ project }) {
    // Bundlers that split put what `run` loads when it is needed into a file of its own.
    const executors = 'rxtasks/executors';
    const rxjs = ['rxjs', 'rxjs/*'];
    const [nothing, whole, sleep, bundled, observable, inBrowsers] = await Promise.all([
      bundle(project, `import 'rxtasks'`, rxjs),
      bundle(project, `export * from 'rxtasks'`, [...rxjs, executors]),
      bundle(project, `export { sleep } from 'rxtasks'`, rxjs),
      bundle(project, `export * from 'rxtasks'`, [executors]),
      bundle(project, `export { Observable } from 'rxjs'`, []),
      bundle(project, `export * from 'rxtasks'; export * from 'rxtasks/executors'`, []),
    ]);
    check(nothing.min === 0, `\`import 'rxtasks'\` alone leaves ${nothing.min} bytes of ${nothing.files.join(', ')}`);
    const isGroup = (file) => file.endsWith('/task-group.js');
    check(whole.files.some(isGroup), 'the whole has no task-group.js: what shall `sleep` not pull in?');
    check(!sleep.files.some(isGroup), '`import { sleep }` pulls in TaskGroup');
    const isOfJobs = (file) => /\/(jobs|executors|queue|piscina|acorn)\//.test(file);
    for (const { files } of [sleep, whole]) {
      check(!files.some(isOfJobs), `the core pulls in what only jobs need: ${files.filter(isOfJobs).join(', ')}`);
    }
    check(!inBrowsers.files.some((file) => /\/piscina\//.test(file)), 'what browsers get has piscina in it');
    const rows = {
      'all of rxtasks, rxjs outside': whole,
      '{ sleep }, rxjs outside': sleep,
      'all of rxtasks with its rxjs': bundled,
      "rxjs's Observable alone": observable,
      'and executors, with acorn': inBrowsers,
    };
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
