import type { Reading } from './reading.js';

/** By so much, in bytes, the floor of the heap may rise from the first third to the last: code that is compiled late, tables of the runtime. */
const ALLOWANCE = 512 * 1024;

/** What has grown, in sentences. The heap: its floor in the first third of the readings beside that in the last; the rest: at all. */
export function verdict(readings: readonly Reading[]): string[] {
  if (readings.length < 3) return [`${readings.length} readings are too few for a verdict`];
  const third = Math.floor(readings.length / 3);
  const floor = (part: readonly Reading[]) => Math.min(...part.map(({ heap }) => heap));
  const [first, last] = [floor(readings.slice(0, third)), floor(readings.slice(-third))];
  const grown = last - first;
  console.log(
    `heap: ${mb(first)} MB in the first third, ${mb(last)} MB in the last; ${mb(ALLOWANCE)} MB more are allowed`,
  );
  const faults = grown > ALLOWANCE ? [`the heap has grown by ${mb(grown)} MB`] : [];
  for (const what of ['resources', 'processListeners', 'signalListeners', 'tasks'] as const) {
    const values = readings.map((reading) => reading[what]);
    console.log(`${what}: ${Math.min(...values)} to ${Math.max(...values)}`);
    if (values.some((value) => value !== values[0])) faults.push(`${what}: ${[...new Set(values)].join(', ')}`);
  }
  return faults;
}

function mb(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(2);
}
