/**
 * The kernel beside native promises, in one process: `npm run bench`. Figures are medians; on a busy machine trust the
 * ratios.
 */
import { type Row, sleepingBytes, spawnAndGather, yields } from './kernel.js';

const rounds = Number(process.argv[2] ?? 9);

const rows: Row[] = [
  await spawnAndGather(10_000, rounds),
  await spawnAndGather(100_000, rounds),
  await yields(10_000, rounds),
  await sleepingBytes(20_000),
];

for (const { name, unit, ours, native } of rows) {
  const figure = (value: number) => (unit === 'bytes' ? value.toFixed(0) : value.toFixed(2)).padStart(8);
  console.log(
    `${name.padEnd(40)} ours ${figure(ours)}  native ${figure(native)} ${unit.padEnd(10)} ratio ${(ours / native).toFixed(2)}`,
  );
}
