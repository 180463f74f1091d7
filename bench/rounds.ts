import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

/** How a contender is started: `node --expose-gc participant.js …`, `python3 …`. */
export type Command = readonly [program: string, ...args: string[]];

/** Milliseconds or bytes of a round: of all that counted, the one in the middle, the least and the most. */
export interface Figure {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export interface Failure {
  readonly failed: string;
}

/** Milliseconds. No round takes this long, nor what prepares the first. */
const roundLimit = 120_000;
/** Milliseconds. Rounds that do not count go on for so long, so that small ones are compiled as large ones are. At least one. */
const warmUp = 300;

/** Starts all contenders, has them do their rounds in turns after some to warm up, and ends them. */
export async function playRounds(commands: readonly Command[], rounds: number): Promise<(Figure | Failure)[]> {
  const participants = commands.map((command) => new Participant(command));
  for (const participant of participants) await participant.start();
  for (let round = 0; round < rounds; round++) {
    for (const participant of participants) await participant.play();
  }
  const outcomes = participants.map((participant) => participant.outcome());
  for (const participant of participants) participant.end();
  return outcomes;
}

/** Has all rounds go on at the same time, each in a process of its own, which begin so many milliseconds one after another, in turns. */
export async function playAtOnce(
  commands: readonly Command[],
  rounds: number,
  apart: number,
): Promise<(Figure | Failure)[]> {
  const played = commands.map((): Promise<Figure | Failure>[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, command] of commands.entries()) {
      const participant = new Participant(command);
      await participant.ready();
      played[index]!.push(participant.playOnce());
      await delay(apart);
    }
  }
  return Promise.all(played.map(async (outcomes) => merged(await Promise.all(outcomes))));
}

function merged(outcomes: readonly (Figure | Failure)[]): Figure | Failure {
  const failure = outcomes.find((outcome) => 'failed' in outcome);
  return failure ?? figureOf((outcomes as readonly Figure[]).map(({ median }) => median));
}

function figureOf(values: readonly number[]): Figure {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: sorted[sorted.length >> 1]!, min: sorted[0]!, max: sorted.at(-1)! };
}

/** The process of one contender. Once it has crashed, hung or said something odd, it takes no further part. */
class Participant {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #figures: number[] = [];
  #output = '';
  #errors = '';
  #failed: string | undefined;
  #changed: () => void = () => {};

  constructor([program, ...args]: Command) {
    this.#child = spawn(program, args, { stdio: 'pipe' });
    living.add(this.#child);
    this.#child.stdin.on('error', () => {}); // it is gone: `close` tells
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text;
      this.#changed();
    });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#errors += text));
    this.#child.on('error', (error) => this.#fail(error.message));
    this.#child.on('close', (status, signal) => {
      living.delete(this.#child);
      this.#fail(`ended, ${signal ?? `status ${status}`}: ${this.#errors.trim().slice(-2000)}`);
    });
  }

  /** Until it is ready. */
  async ready(): Promise<void> {
    await this.#answer();
  }

  /** Until it is ready, and warm. */
  async start(): Promise<void> {
    await this.ready();
    const start = performance.now();
    do await this.play();
    while (this.#failed === undefined && performance.now() - start < warmUp);
    this.#figures.length = 0;
  }

  /** One round. */
  async play(): Promise<void> {
    if (this.#failed !== undefined) return;
    this.#child.stdin.write('round\n');
    const figure = Number.parseFloat(await this.#answer());
    if (!Number.isFinite(figure)) this.#fail('a round gave no number');
    this.#figures.push(figure);
  }

  /** Its only round. */
  async playOnce(): Promise<Figure | Failure> {
    await this.play();
    const outcome = this.outcome();
    this.end();
    return outcome;
  }

  /** The next line that it says. */
  async #answer(): Promise<string> {
    const limit = setTimeout(() => this.#fail(`nothing within ${roundLimit / 1000} s`), roundLimit);
    while (this.#failed === undefined && !this.#output.endsWith('\n')) {
      await new Promise<void>((resolve) => (this.#changed = resolve));
    }
    clearTimeout(limit);
    const line = this.#output;
    this.#output = '';
    return line;
  }

  #fail(reason: string): void {
    this.#failed ??= reason;
    this.end();
    this.#changed();
  }

  outcome(): Figure | Failure {
    if (this.#failed !== undefined) return { failed: this.#failed };
    return figureOf(this.#figures);
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }
}

const living = new Set<ChildProcessByStdio<Writable, Readable, Readable>>();

/** However the bench ends, none of its processes stays. */
process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});
for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.on(signal, () => process.exit(status));
}
