/**
 * `npm start [folder]`: audits the packages that npm has installed in a project, this one if no folder is given.
 *
 * read-lock ──▶ audit: walk, licence, hash ──▶ report. Ctrl-C stops it and reports what was found so far.
 *
 * `npm start -- [folder] --executor inline|thread|process|queue [--redis URL]`: files are hashed in this loop, in threads (as
 * they are by default), in processes, or by the workers of a queue; at the end it says what that cost.
 */
import path from 'node:path';
import { styleText } from 'node:util';
import { count as countAll, tap } from 'rxjs';
import { KeyboardInterrupt, coroutine, resultOf, run } from 'rxtasks';
import type { JobExecutor } from 'rxtasks/executors';
import { type Arguments, UsageError, parseArguments } from './arguments.js';
import { type Finding, audit } from './audit.js';
import { Costs, costOfCalls } from './costs.js';
import { QueueError, withExecutor, work } from './executors.js';
import { count, seconds } from './format.js';
import type { Hash } from './hash.js';
import { type Progress, showProgress } from './progress.js';
import { LockError, type LockedPackage, readLock } from './read-lock.js';
import { report } from './report.js';

const output = process.stdout;

/** Filled while the audit runs, so that there is something to tell when it is stopped. */
const findings: Finding[] = [];
let packages: LockedPackage[] = [];

const main = coroutine(function* ({ folder, kind, redis, tellCosts }: Arguments) {
  const project = folder ?? path.join(import.meta.dirname, '../..');
  const progress = showProgress(output);
  try {
    progress.stage(`Reading ${path.join(project, 'package-lock.json')}`);
    packages = yield* readLock(project);
    progress.stage(`Hashing the files of ${count(packages.length, 'package')}`, packages.length);
    const costs = yield* withExecutor(kind, redis, (executor) => hashAll(project, progress, executor));
    return tellCosts ? `\nExecutor ${kind}: ${costs}\n` : '';
  } finally {
    progress.stop();
  }
});

/** Gives what the executor has cost. */
const hashAll = coroutine(function* (project: string, progress: Progress, executor: JobExecutor) {
  const costs = new Costs();
  const collect = tap((finding: Finding) => {
    findings.push(finding);
    progress.packageDone();
  });
  const hash: Hash = (root, files) => executor.submit(work.hashFiles, root, files);
  yield* resultOf(audit(packages, { project, progress, hash }).pipe(collect, countAll()));
  const files = findings.reduce((sum, finding) => sum + ('files' in finding ? finding.files.length : 0), 0);
  const cost = costs.of(files);
  progress.stage(`Comparing ${count(findings.length, 'package')}`);
  return `${cost}; ${yield* costOfCalls(executor)}`;
});

const started = performance.now();
const took = () => seconds(performance.now() - started);
const bold = (text: string) => (output.isTTY ? styleText('bold', text) : text);

// Whoever reads the output may leave early, as `head` does: then there is nobody to work for.
output.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  const costs = await run(main(parseArguments(process.argv.slice(2), process.env)));
  output.write(`\n${report(findings, bold)}, audited in ${took()}\n${costs}`);
} catch (error) {
  if (error instanceof KeyboardInterrupt) {
    const part = `${findings.length} of ${count(packages.length, 'package')}`;
    output.write(`\nStopped after ${took()}, with ${part}: what was found so far\n\n${report(findings, bold)}\n`);
    process.exitCode = 130;
  } else if (error instanceof LockError || error instanceof UsageError || error instanceof QueueError) {
    console.error(error.message);
    process.exitCode = 1;
  } else {
    throw error;
  }
}
