/**
 * What a benchmark is. Each file in cases/ has one as its default export; its name is that of the file. Every contender runs in
 * a process of its own (participant.ts), in turns with the others (rounds.ts).
 */
export interface Benchmark {
  /** What is done, for the table: `Immediate tasks, create and gather`. */
  readonly title: string;
  /** How many are done in one round: one line of the table for each. */
  readonly sizes: readonly number[];
  /** What `size` counts, for the table: `task`, `await`, `item`. The figure is that of a round, divided by the size. */
  readonly per: string;
  /**
   * What is measured: real time; the process's time on the CPU; or what the function of `prepare` gives, in milliseconds (where
   * only a part of a round counts, or where a small size is done many times in a round) or in bytes.
   */
  readonly measures: 'time' | 'cpu' | 'given' | 'bytes';
  /**
   * For rounds that are long and nearly idle: all rounds of all contenders go on at the same time, each in a process of its own, and
   * begin so many milliseconds one after another, so that none begins while another is busy beginning. None is warmed up, unless by
   * `prepare`.
   */
  readonly apart?: number;
  /** Takes too long to be done unless asked for by name. */
  readonly onlyByName?: true;
  /** By name; the first is ours, which the others are divided by. */
  readonly contenders: Readonly<Record<string, Contender>>;
}

export type Contender = JavaScriptContender | PythonContender;

interface AnyContender {
  /** What this one does less than ours, for the table: `no cancellation, no names`. */
  readonly lacks?: string;
  /** Larger sizes are left out, because a round would take too long. */
  readonly upTo?: number;
}

export interface JavaScriptContender extends AnyContender {
  /** Imports the library and makes everything ready; what it gives back is one round, called several times. */
  readonly prepare: (size: number) => Promise<() => unknown>;
}

/** A file of asyncio/, without its ending: `python3 bench/asyncio/NAME.py SIZE`, which speaks as participant.ts does. */
export interface PythonContender extends AnyContender {
  readonly python: string;
}
