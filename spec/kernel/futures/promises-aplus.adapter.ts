/**
 * Runs the tests of Promises/A+ on Future, by itself: `node --import tsx spec/kernel/promises-aplus.adapter.ts`. The last
 * line of the output is the summary that the spec reads.
 */
import { createRequire } from 'node:module';
import { getEventLoop } from 'rxtasks';

type Runner = (adapter: object, mochaOptions: object, done: (error: Error | null) => void) => void;

const loop = getEventLoop();
// The tests leave failures behind that nobody looks at; those are not what is tested here.
loop.setExceptionHandler(() => {});
process.on('unhandledRejection', () => {});

const adapter = {
  deferred() {
    const promise = loop.createFuture<unknown>();
    return {
      promise,
      // A future is completed once and says so; a deferred of Promises/A+ ignores the second time.
      resolve: (value: unknown) => {
        if (!promise.done()) promise.setResult(value);
      },
      reject: (reason: unknown) => {
        if (!promise.done()) promise.setException(reason);
      },
    };
  },
};

/** A reporter of mocha: counts, and tells of each failure. */
function Counting(runner: { on(event: string, listener: (...args: never[]) => void): void }): void {
  const counts = { passed: 0, failed: 0, pending: 0 };
  runner.on('pass', () => counts.passed++);
  runner.on('pending', () => counts.pending++);
  runner.on('fail', (test: { fullTitle(): string }, error: unknown) => {
    counts.failed++;
    console.log(`${test.fullTitle()}: ${String(error)}`);
  });
  runner.on('end', () => console.log(JSON.stringify(counts)));
}

const runTests = createRequire(import.meta.url)('promises-aplus-tests') as Runner;
runTests(adapter, { reporter: Counting }, () => process.exit());
