/**
 * Prints `N passed, N failed` from the JSON that Jest wrote. What did not run counts as failed: a skipped or a planned
 * test, a spec file that could not be run or failed outside its tests. Ends with status 1 unless something passed and
 * nothing failed.
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

const { passed, failed } = count(process.argv[2]);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
