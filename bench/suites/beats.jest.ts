import { performance } from 'node:perf_hooks';

import { asyncBeats } from './beats.js';
import { middle } from './measure.js';

it('beats', async () => {
  const times: number[] = [];
  for (let i = 0; i < 3; i++) {
    const start = performance.now();
    await asyncBeats();
    times.push(performance.now() - start);
  }
  process.stdout.write(`median ${middle(times)}\n`);
}, 60_000);
