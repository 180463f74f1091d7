import { VirtualTimeScheduler } from 'rxjs';
import { EventLoop } from 'rxtasks';
import { type Scenario, scenarios } from '../linear/scenarios.js';

const FEW = 10_000;
const MANY = 100_000;
/** Garbage and caches make the many dearer; what is quadratic takes ten times as long for each. */
const MOST = 3;

/** Whether each of many takes no longer than each of few. Other work on the machine may slow a round down: the best counts. */
export async function benchLinear(rounds: number): Promise<void> {
  console.log('each of 10,000 and each of 100,000, in µs, and how much longer it takes:');
  for (const [title, scenario] of Object.entries(scenarios)) {
    const [few, many] = [FEW, MANY].map((count) => (1000 * best(rounds, scenario, count)) / count) as [number, number];
    const ratio = many / few;
    const columns = [few.toFixed(2), many.toFixed(2), ratio.toFixed(1)].map((column) => column.padStart(8)).join('');
    console.log(`  ${title.padEnd(82)}${columns}${ratio < MOST ? '' : '  not linear'}`);
    if (ratio >= MOST) process.exitCode = 1;
  }
}

function best(rounds: number, scenario: Scenario, count: number): number {
  timeOf(scenario, count); // compiled by then
  return Math.min(...Array.from({ length: rounds }, () => timeOf(scenario, count)));
}

function timeOf(scenario: Scenario, count: number): number {
  const scheduler = new VirtualTimeScheduler();
  const start = performance.now();
  const task = new EventLoop({ scheduler }).createTask(() => scenario(count));
  scheduler.flush();
  const time = performance.now() - start;
  task.result();
  return time;
}
