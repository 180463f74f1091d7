/** How far the audit is: a bar where somebody watches, a line per stage where not. */
import { SingleBar } from 'cli-progress';
import { count, size } from './format.js';
import type { Done } from './work.js';

export interface Progress {
  /** Something new begins; with a number of packages to wait for, or without. */
  stage(text: string, packages?: number): void;
  packageDone(): void;
  /** What a call of `hashFiles` has done so far. */
  hashed(call: object, done: Done): void;
  /** Leaves nothing of the bar behind. May be repeated. */
  stop(): void;
}

export function showProgress(output: NodeJS.WriteStream): Progress {
  return output.isTTY ? new Bar(output) : new Lines(output);
}

class Lines implements Progress {
  readonly #output: NodeJS.WritableStream;

  constructor(output: NodeJS.WritableStream) {
    this.#output = output;
  }

  stage(text: string): void {
    this.#output.write(`${text}\n`);
  }

  packageDone(): void {}
  hashed(): void {}
  stop(): void {}
}

class Bar implements Progress {
  readonly #bar: SingleBar;
  readonly #calls = new WeakMap<object, Done>();
  #files = 0;
  #bytes = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#bar = new SingleBar({
      stream,
      format: '{bar} {percentage}%  {facts}',
      barsize: 30,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      hideCursor: true,
      clearOnComplete: true,
      gracefulExit: false, // Ctrl-C is the affair of run()
      emptyOnZero: true,
    });
  }

  stage(text: string, packages = 0): void {
    this.stop();
    this.#bar.start(packages, 0, { facts: text });
  }

  packageDone(): void {
    this.#bar.increment();
  }

  hashed(call: object, done: Done): void {
    const before = this.#calls.get(call) ?? { files: 0, bytes: 0 };
    this.#calls.set(call, done);
    this.#files += done.files - before.files;
    this.#bytes += done.bytes - before.bytes;
    this.#bar.update({ facts: `${count(this.#files, 'file')}, ${size(this.#bytes)}` });
  }

  stop(): void {
    this.#bar.stop();
  }
}
