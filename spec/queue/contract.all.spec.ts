import type { QueueExecutor, QueueOptions, QueueWorkerOptions } from 'rxtasks/queue';
import { contract, type Kind } from '../executors/contract.js';
import { describeWith, startPostgres, startRedis, type Server } from '../support/servers/index.js';
import { ServedExecutors } from './contract-worker.js';

const kind: Kind = {
  workers: 2,
  kills: true,
  polls: true,
  shares: 'machines have no memory in common',
  everyReport: true,
  loads: 'a worker offers what its own modules export',
  patience: 60_000,
};

/** Executors on one server, each on a queue of its own, and with a worker of its own. */
function executorsOn(start: () => Promise<Server>, option: 'redis' | 'postgres') {
  const executors = new ServedExecutors();
  let server: Server;
  let queues = 0;

  beforeAll(async () => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    server = await start();
  });

  afterEach(() => executors.endWorkers(), 30_000);

  afterAll(async () => {
    await executors.endWorkers();
    await server[Symbol.asyncDispose]();
    jest.restoreAllMocks();
  });

  return (options: object, worker: Partial<QueueWorkerOptions>): QueueExecutor => {
    const where: QueueOptions = { queue: `contract-${++queues}`, [option]: server.url };
    return executors.make(where, { progress: 'all', ...options }, worker);
  };
}

describeWith({ redis: true }, 'A queue', () => {
  const make = executorsOn(() => startRedis(), 'redis');

  contract('a queue on Redis', (options) => make(options, { concurrency: 2 }), kind);

  contract(
    'a queue on Redis whose worker has processes',
    (options) => make(options, { concurrency: 2, executor: 'process' }),
    { ...kind, many: 1000, polls: 'messages to a process are read by its loop, which it does not let turn' },
  );
});

describeWith({ postgres: true }, 'A queue', () => {
  const make = executorsOn(() => startPostgres(), 'postgres');

  contract('a queue on PostgreSQL', (options) => make(options, { concurrency: 4 }), {
    ...kind,
    workers: 4,
    many: 2000,
  });
});
