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

for (const { name, unit, ours, bare, native } of rows) {
  const figure = (value: number) => (unit === 'bytes' ? value.toFixed(0) : value.toFixed(2)).padStart(6);
  const against = (value: number) => `${figure(value)} (${(value / native).toFixed(1)} × native)`;
  const without = bare === undefined ? '' : `, without async context ${against(bare)}`;
  console.log(`${name}, in ${unit}: native ${figure(native)}, ours ${against(ours)}${without}`);
}
