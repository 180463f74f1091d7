/**
 * Prints `N passed, N failed`, added up over the files of JSON that runs of Jest wrote. What did not run counts as
 * failed: a skipped or a planned test, a spec file that could not be run or failed outside its tests, a run of which
 * there is no report. Ends with status 1 unless something passed in each and nothing failed.
 */
import { readFileSync } from 'node:fs';

function count(file) {
  let report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 1 }; // Jest did not get as far as a report.
  }
  let passed = 0;
  let failed = 0;
  for (const suite of report.testResults) {
    const bad = suite.assertionResults.filter(({ status }) => status !== 'passed').length;
    passed += suite.assertionResults.length - bad;
    failed += suite.status === 'passed' ? bad : Math.max(bad, 1);
  }
  if (failed === 0 && (report.wasInterrupted || passed === 0)) failed = 1;
  return { passed, failed };
}

const counts = process.argv.slice(2).map(count);
const [passed, failed] = ['passed', 'failed'].map((key) => counts.reduce((sum, each) => sum + each[key], 0));
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
