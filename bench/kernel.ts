import { setTimeout as later } from 'node:timers/promises';
import { type Resume, createTask, gather, run, sleep } from 'rxtasks';
import { bytesEach, median } from './measure.js';

/**
 * What each row measures: ours, ours with `asyncContext: false` (nothing of an AsyncLocalStorage is kept for tasks), and native
 * promises doing the same, for so many tasks.
 */
interface Row {
  readonly name: string;
  readonly unit: string;
  readonly ours: number;
  readonly bare?: number;
  readonly native: number;
}

function* immediate(): Generator<void, number> {
  return 1;
}

function* tenYields(): Generator<void, void> {
  for (let i = 0; i < 10; i++) yield;
}

async function nativeImmediate(): Promise<number> {
  return 1;
}

async function nativeTenYields(): Promise<void> {
  for (let i = 0; i < 10; i++) await undefined;
}

/** Time per task in microseconds. */
async function perTask(count: number, rounds: number, all: () => Promise<unknown>): Promise<number> {
  return ((await median(rounds, all)) * 1000) / count;
}

async function withAndWithoutContext(
  count: number,
  rounds: number,
  main: () => Generator<void, void, Resume>,
): Promise<{ ours: number; bare: number }> {
  return {
    ours: await perTask(count, rounds, () => run(main)),
    bare: await perTask(count, rounds, () => run(main, { asyncContext: false })),
  };
}

function listOf<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

async function spawnAndGather(count: number, rounds: number): Promise<Row> {
  return {
    name: `create and gather ${count.toLocaleString('en')} tasks`,
    unit: 'µs a task',
    ...(await withAndWithoutContext(count, rounds, function* () {
      yield* gather(listOf(count, () => createTask(immediate)));
    })),
    native: await perTask(count, rounds, () => Promise.all(listOf(count, nativeImmediate))),
  };
}

async function yields(count: number, rounds: number): Promise<Row> {
  return {
    name: `${count.toLocaleString('en')} tasks of ten yields`,
    unit: 'µs a task',
    ...(await withAndWithoutContext(count, rounds, function* () {
      yield* gather(listOf(count, () => createTask(tenYields)));
    })),
    native: await perTask(count, rounds, () => Promise.all(listOf(count, nativeTenYields))),
  };
}

async function sleepingBytes(count: number): Promise<Row> {
  const ours = await run(function* () {
    const hold = async () => {
      const tasks = listOf(count, () => createTask(sleep(60_000)));
      await later(50); // they all sleep
      return () => {
        for (const task of tasks) task.cancel();
      };
    };
    const measured = createTask(async () => bytesEach(count, hold));
    return yield* measured;
  });
  const native = await bytesEach(count, async () => {
    const timers: NodeJS.Timeout[] = [];
    void listOf(count, async () => {
      await new Promise<void>((resolve) => timers.push(setTimeout(resolve, 60_000)));
    });
    await later(50);
    return () => {
      for (const timer of timers) clearTimeout(timer);
    };
  });
  return { name: `a sleeping task, of ${count.toLocaleString('en')}`, unit: 'bytes', ours, native };
}

export async function benchKernel(rounds: number): Promise<void> {
  const rows: Row[] = [
    await spawnAndGather(10_000, rounds),
    await spawnAndGather(100_000, rounds),
    await yields(10_000, rounds),
    await sleepingBytes(20_000),
  ];
  for (const { name, unit, ours, bare, native } of rows) {
    const figure = (value: number) => (unit === 'bytes' ? value.toFixed(0) : value.toFixed(2)).padStart(6);
    const against = (value: number) => `${figure(value)} (${(value / native).toFixed(1)} × native)`;
    const without = bare === undefined ? '' : `, without async context ${against(bare)}`;
    console.log(`${name}, in ${unit}: native ${figure(native)}, ours ${against(ours)}${without}`);
  }
}
