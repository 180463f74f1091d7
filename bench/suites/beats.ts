import { type Resume, createTask, gather, sleep } from 'rxtasks';
import { VirtualEventLoop, runVirtual } from 'rxtasks/testing';

const tasks = 100;
const beats = 3600;

/** One beat a second for an hour, each task at its own phase: 360,000 wake-ups, each at a time of its own. */
export async function asyncBeats(): Promise<void> {
  const beat = async (phase: number) => {
    await sleep(phase);
    for (let i = 1; i < beats; i++) await sleep(1000);
  };
  await runVirtual(async () => {
    await gather(Array.from({ length: tasks }, (_, i) => createTask(async () => beat(i * 10 + 1))));
  });
}

function* beat(phase: number): Generator<void, void, Resume> {
  yield* sleep(phase);
  for (let i = 1; i < beats; i++) yield* sleep(1000);
}

/** The same with coroutines. */
export function coroutineBeats(): void {
  new VirtualEventLoop().runSync(function* () {
    yield* gather(Array.from({ length: tasks }, (_, i) => createTask(() => beat(i * 10 + 1))));
  });
}
