/**
 * The environment of the specs: Jest's own, which switches off with each spec file what the file has left switched on.
 *
 * Node 20 and 22 do something at every promise for each AsyncLocalStorage that is in use. Each spec file has a copy of the
 * library of its own, and with it such a storage: after a hundred files in one process everything would take a hundred
 * times as long.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

import { TestEnvironment } from 'jest-environment-node';

const inUse = new Set();
const { run } = AsyncLocalStorage.prototype;

AsyncLocalStorage.prototype.run = function (...args) {
  inUse.add(this);
  return run.apply(this, args);
};

export default class Environment extends TestEnvironment {
  async teardown() {
    await super.teardown();
    for (const storage of inUse) storage.disable();
    inUse.clear();
  }
}
