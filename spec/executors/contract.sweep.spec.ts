import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { InlineExecutor, ThreadPoolExecutor } from 'rxtasks/executors';
import { points } from '../support/sweep.js';
import { contract } from './contract.js';

// Those of processes are in contract.all.spec.ts: they take long.
const many = points(500, 10_000);

contract('in this thread', (options) => new InlineExecutor(options), {
  workers: 1,
  many,
  kills: 'nothing can be killed in the thread that it runs in',
  polls: 'the request comes from the thread that is being held up',
  shares: true,
  everyReport: true,
  // it is loaded by Jest, as the library that is here
  jobs: pathToFileURL(path.join(__dirname, '../work/jobs.ts')),
});

contract('threads', (options) => new ThreadPoolExecutor({ ...options, maxWorkers: 2 }), {
  workers: 2,
  many,
  kills: true,
  polls: true,
  shares: true,
  everyReport: true,
});
