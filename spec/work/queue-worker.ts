/** A worker in a process of its own, for specs that kill it: gets its options, says when it serves. */
import { QueueWorker, type QueueWorkerOptions } from '../../lib/queue/index.js';

process.once('message', (options: QueueWorkerOptions) => {
  const worker = new QueueWorker(options);
  void worker.run();
  process.on('disconnect', () => void worker.close());
});
