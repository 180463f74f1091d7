import type { Task } from 'rxtasks';
import { JobExecutor } from 'rxtasks/executors';
import { WebEngine } from '../../lib/executors/web-engine.js';

interface Message {
  readonly id: number;
}

/** A Web Worker as a page sees it, whose answers the spec gives. */
class FakeWorker {
  static readonly all: FakeWorker[] = [];
  /** The ids of the jobs that it was sent. */
  readonly jobs: number[] = [];
  ended = false;
  onmessage: ((event: { data: unknown }) => void) | null = null;

  constructor() {
    FakeWorker.all.push(this);
    queueMicrotask(() => this.says('ready'));
  }

  postMessage({ rxtasks }: { rxtasks: Message }): void {
    this.jobs.push(rxtasks.id);
  }

  terminate(): void {
    this.ended = true;
  }

  says(message: unknown): void {
    this.onmessage?.({ data: { rxtasks: message } });
  }
}

class Pool extends JobExecutor {
  constructor() {
    super(new WebEngine(1, () => new FakeWorker() as unknown as Worker), {});
  }
}

const thrown = { value: 'too late' };

describe('A late error of a Web Worker that names its job', () => {
  let tasks: Task<unknown>[];

  async function submit(idempotent: boolean): Promise<FakeWorker> {
    FakeWorker.all.length = 0;
    const pool = new Pool();
    tasks = ['one', 'two'].map((name) => pool.with({ name, idempotent }).submit(() => {}));
    const [worker] = FakeWorker.all as [FakeWorker];
    worker.says({ answer: { value: 1 }, id: 1 });
    expect(worker.jobs).toEqual([1, 2]);
    worker.says({ lost: { thrown, by: { id: 1, name: 'one' }, running: undefined } });
    expect(worker.ended).toBe(true);
    return worker;
  }

  it('is no fault of the next job, which is started again if it may run twice', async () => {
    await submit(true);
    const [, other] = FakeWorker.all as [FakeWorker, FakeWorker];
    const [id] = other.jobs as [number];
    other.says({ answer: { value: 2 }, id });
    expect(await Promise.all(tasks)).toEqual([1, 2]);
  });

  it('else is its failure, which names the earlier job', async () => {
    await submit(false);
    await expect(tasks[1]).rejects.toMatchObject({
      kind: 'uncaught',
      message: expect.stringMatching(/a late error of the earlier job 'one' \(number 1\)/) as string,
    });
    expect(FakeWorker.all).toHaveLength(1);
  });
});
