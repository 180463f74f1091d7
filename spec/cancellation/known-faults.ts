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

export const knownFaults: readonly KnownFault[] = [];
