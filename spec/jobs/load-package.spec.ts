import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { RuntimeError } from 'rxtasks';
import { loadPackage } from '../../lib/jobs/load-package.js';

describe('loadPackage', () => {
  it('loads a package from where the library is', () => {
    expect(loadPackage<typeof import('acorn')>('call', 'acorn').parse).toEqual(expect.any(Function));
  });

  it('says how to install one that is not there', () => {
    const load = () => loadPackage('new Thing(options)', 'no-such-package', 'thing no-such-package');
    expect(load).toThrow(RuntimeError);
    expect(load).toThrow(
      "new Thing(options): the package 'no-such-package' is not installed; npm install thing no-such-package",
    );
  });

  it.each([
    ['ioredis', { redis: 'redis://127.0.0.1:1' }, 'npm install bullmq ioredis'],
    ['bullmq', { redis: 'redis://127.0.0.1:1' }, 'npm install bullmq ioredis'],
    ['pg', { postgres: 'postgres://127.0.0.1:1/x' }, 'npm install bullmq pg'],
  ])('makes a QueueExecutor without %s say so at construction', (missing, where, cure) => {
    const queue = path.join(__dirname, '../../.compiled/lib/queue/index.js');
    const script = `
      import { Module } from 'node:module';
      const resolve = Module._resolveFilename;
      Module._resolveFilename = function (name, ...rest) {
        if (name !== ${JSON.stringify(missing)}) return resolve.call(this, name, ...rest);
        throw Object.assign(new Error("Cannot find module '" + name + "'"), { code: 'MODULE_NOT_FOUND' });
      };
      const { QueueExecutor } = await import(${JSON.stringify(queue)});
      try {
        new QueueExecutor({ queue: 'q', ...${JSON.stringify(where)} });
      } catch (error) {
        console.log(error.message);
      }`;
    const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect(printed).toBe(`new QueueExecutor(options): the package '${missing}' is not installed; ${cure}\n`);
  });
});
