/** How far the audit is: a bar where somebody watches, a line per stage where not. */
import { SingleBar } from 'cli-progress';
import type { Task } from 'rxtasks';
import { count, size } from './format.js';
import type { HashedFile } from './hash.js';
import type { Problem } from './walk.js';

export interface Progress {
  /** Something new begins; with a number of packages to wait for, or without. */
  stage(text: string, packages?: number): void;
  packageDone(): void;
  /** A done callback: the same for all files, whether one was hashed, could not be read, or was cancelled. */
  readonly fileDone: (task: Task<HashedFile | Problem>) => void;
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
  readonly fileDone = () => {};
  stop(): void {}
}

class Bar implements Progress {
  readonly #bar: SingleBar;
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

  readonly fileDone = (task: Task<HashedFile | Problem>) => {
    if (task.cancelled() || task.exception() !== null) return;
    const file = task.result();
    this.#files += 1;
    if ('bytes' in file) this.#bytes += file.bytes;
    this.#bar.update({ facts: `${count(this.#files, 'file')}, ${size(this.#bytes)}` });
  };

  stop(): void {
    this.#bar.stop();
  }
}
