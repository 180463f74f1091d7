import { ProcessPoolExecutor } from 'rxtasks/executors';
import { contract } from './contract.js';

contract('processes', (options) => new ProcessPoolExecutor({ ...options, maxWorkers: 2 }), {
  workers: 2,
  kills: true,
  polls: 'messages to a process are read by its loop, which it does not let turn',
  shares: 'processes have no memory in common',
  everyReport: true,
});
