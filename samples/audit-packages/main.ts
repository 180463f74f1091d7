/**
 * `npm start [folder]`: audits the packages that npm has installed in a project, this one if no folder is given.
 *
 * read-lock ──▶ audit: walk, licence, hash ──▶ report. Ctrl-C stops it and reports what was found so far.
 */
import path from 'node:path';
import { styleText } from 'node:util';
import { count as countAll, tap } from 'rxjs';
import { KeyboardInterrupt, coroutine, resultOf, run } from 'rxtasks';
import { type Finding, audit } from './audit.js';
import { count, seconds } from './format.js';
import { showProgress } from './progress.js';
import { LockError, type LockedPackage, readLock } from './read-lock.js';
import { report } from './report.js';

const output = process.stdout;
const folder = process.argv[2];
/** npm runs its scripts in the folder of the project, but the folder was named where npm was called. */
const called = process.env['INIT_CWD'] ?? '.';
const project = folder === undefined ? path.join(import.meta.dirname, '../..') : path.resolve(called, folder);

/** Filled while the audit runs, so that there is something to tell when it is stopped. */
const findings: Finding[] = [];
let packages: LockedPackage[] = [];

const main = coroutine(function* () {
  const progress = showProgress(output);
  try {
    progress.stage(`Reading ${path.join(project, 'package-lock.json')}`);
    packages = yield* readLock(project);
    progress.stage(`Hashing the files of ${count(packages.length, 'package')}`, packages.length);
    const collect = tap((finding: Finding) => {
      findings.push(finding);
      progress.packageDone();
    });
    yield* resultOf(audit(packages, { project, progress }).pipe(collect, countAll()));
    progress.stage(`Comparing ${count(findings.length, 'package')}`);
  } finally {
    progress.stop();
  }
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
  await run(main());
  output.write(`\n${report(findings, bold)}, audited in ${took()}\n`);
} catch (error) {
  if (error instanceof KeyboardInterrupt) {
    const part = `${findings.length} of ${count(packages.length, 'package')}`;
    output.write(`\nStopped after ${took()}, with ${part}: what was found so far\n\n${report(findings, bold)}\n`);
    process.exitCode = 130;
  } else if (error instanceof LockError) {
    console.error(error.message);
    process.exitCode = 1;
  } else {
    throw error;
  }
}
