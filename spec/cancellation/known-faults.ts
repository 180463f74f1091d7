import type { Kind } from './bodies.js';

/** A case that fails as the library is: its spec fails when it does so no more. */
export interface KnownFault {
  /** That of the case. */
  readonly title: string;
  /** The kinds of bodies with which it fails. */
  readonly kinds: readonly Kind['name'][];
  /** What is wrong, in one sentence. */
  readonly because: string;
}

const ambient = 'async functions with ambient context';

export const knownFaults: readonly KnownFault[] = [
  {
    title: 'tasks that a task starts, at once or later, and awaits',
    kinds: [ambient, 'async functions without ambient context'],
    because:
      'a request that a task hands on to the task it awaits is lost if that one runs an async function which is past its ' +
      'last await: it ends by its value, and who was cancelled goes on',
  },
  ...[
    'for await over mapTask waits for the clean-up of all that it has started',
    'for await over mapTask that is left early waits for the clean-up of all that it has started',
  ].map((title) => ({
    title,
    kinds: [ambient],
    because:
      'a request that has come between two items is thrown by next(), which does not leave: what it has started runs on',
  })),
  ...[
    'for await over progress$ leaves the task alone that it watches',
    'for await over the results of jobs, after which the executor is free',
  ].map((title) => ({
    title,
    kinds: [ambient],
    because: 'a request that has come after the last item is not thrown by next(), which ends the loop instead',
  })),
];
