import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { InlineExecutor, ProcessPoolExecutor, ThreadPoolExecutor } from 'rxtasks/executors';
import { contract } from './contract.js';

contract('in this thread', (options) => new InlineExecutor(options), {
  workers: 1,
  kills: 'nothing can be killed in the thread that it runs in',
  polls: 'the request comes from the thread that is being held up',
  shares: true,
  everyReport: true,
  // it is loaded by Jest, as the library that is here
  jobs: pathToFileURL(path.join(__dirname, '../work/jobs.ts')),
});

contract('threads', (options) => new ThreadPoolExecutor({ ...options, maxWorkers: 2 }), {
  workers: 2,
  kills: true,
  polls: true,
  shares: true,
  everyReport: true,
});

contract('processes', (options) => new ProcessPoolExecutor({ ...options, maxWorkers: 2 }), {
  workers: 2,
  kills: true,
  polls: 'messages to a process are read by its loop, which it does not let turn',
  shares: 'processes have no memory in common',
  everyReport: true,
});
