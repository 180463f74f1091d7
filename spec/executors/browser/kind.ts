import type { Kind } from '../contract.js';

export const contractName = 'Web Workers';

/** What the executor of browsers is. */
export const kind: Kind = {
  workers: 2,
  kills: true,
  polls: 'a worker hears messages only when it lets go',
  shares: true,
  everyReport: true,
};
