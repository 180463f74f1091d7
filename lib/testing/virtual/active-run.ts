/** What others have to know of the `runVirtual` that is active. @internal */
export interface ActiveRun {
  /** The test that it was started in, where the test runner tells. */
  readonly test: string | undefined;
  /** Where it was started. */
  readonly place: string | undefined;
  /** Holds the clock until the function that it gives back is called. */
  holdStill(): () => void;
  /** Ends it at once: everything is restored. Gives the error that it ends with. */
  abandon(): Error;
}

/**
 * It is noted on `performance.now`, which a run replaces: of all that it replaces that one is shared by the copies of this library
 * in a process and, under Jest, by the test files of a worker.
 */
const mark = Symbol.for('rxtasks.runVirtual');

type Marked = { [mark]?: ActiveRun };

/** @internal */
export function activeRun(): ActiveRun | undefined {
  return (globalThis.performance.now as Marked)[mark];
}

/** Notes that `run` is active until what replaces `performance.now` is taken back. @internal */
export function noteActive(run: ActiveRun): void {
  (globalThis.performance.now as Marked)[mark] = run;
}

interface TestGlobals {
  expect?: { getState?(): { currentTestName?: string; testPath?: string } };
  afterEach?(hook: () => void): void;
}

/** The test that runs, where the test runner tells. @internal */
export function currentTest(): string | undefined {
  const state = (globalThis as TestGlobals).expect?.getState?.();
  return state?.currentTestName === undefined ? undefined : `${state.testPath ?? ''}: ${state.currentTestName}`;
}

/** Where there is an `afterEach`: a run that is active after a test ends with it, and the test fails. @internal */
export function endWithTests(): void {
  if (haveTestsStarted()) return;
  try {
    (globalThis as TestGlobals).afterEach?.(() => {
      const error = activeRun()?.abandon();
      if (error) throw error;
    });
  } catch {
    // this is no place to add hooks
  }
}

/** Jest takes hooks only before the tests of a file start: to add one later, even in vain, fails them. */
function haveTestsStarted(): boolean {
  const state = Object.getOwnPropertySymbols(globalThis).find((symbol) => symbol.description === 'JEST_STATE_SYMBOL');
  const circus = state && (Reflect.get(globalThis, state) as { hasStarted?: boolean } | undefined);
  return circus?.hasStarted === true;
}
