/** Submits jobs to a queue, says so, and waits for them - or is killed. */
import { QueueExecutor, type QueueOptions } from '../../lib/queue/index.js';
import { work } from './faults-runs.js';

const { where, file, ms, count } = JSON.parse(process.argv[2]!) as {
  where: QueueOptions;
  file: string;
  ms: number;
  count: number;
};
const queue = new QueueExecutor(where);
const tasks = Array.from({ length: count }, (_, n) => queue.submit(work, file, n, n === 0 ? 0 : ms));
await tasks[0];
console.log('submitted');
await Promise.all(tasks);
