import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { globalsOf, workerGlobals } from '../../../lib/jobs/sending/worker-globals.js';

/** The names on the global object of a thread, without what every object has. */
async function namesInThread(): Promise<string[]> {
  const code = `require('node:worker_threads').parentPort.postMessage(Object.getOwnPropertyNames(globalThis))`;
  const [names] = (await once(new Worker(code, { eval: true }), 'message')) as [string[]];
  return names;
}

describe('workerGlobals', () => {
  it('are all there in a thread of this Node', async () => {
    const names = new Set(await namesInThread());
    expect([...workerGlobals].filter((name) => !names.has(name))).toEqual([]);
  });

  it('lack nothing that a thread has', async () => {
    // a thread that runs a text has these too (gc where a spec has asked V8 for it); newer versions than those listed bring more
    const others = `require module exports __filename __dirname gc
      ErrorEvent EventSource QuotaExceededError Storage Temporal localStorage sessionStorage`;
    const missing = (await namesInThread()).filter((name) => !workerGlobals.has(name) && !others.includes(name));
    expect(missing).toEqual([]);
  });

  it('are more from version to version', () => {
    const [v20, v22, v24] = [globalsOf('20.19.0'), globalsOf('22.12.0'), globalsOf('24.0.0')];
    expect(['Iterator', 'navigator', 'Float16Array'].map((name) => v20.has(name))).toEqual([false, false, false]);
    expect(['Iterator', 'navigator', 'Float16Array'].map((name) => v22.has(name))).toEqual([true, true, false]);
    expect(['Iterator', 'navigator', 'Float16Array'].map((name) => v24.has(name))).toEqual([true, true, true]);
  });

  it('are those of web workers in a browser', () => {
    const names = globalsOf(null);
    expect(['self', 'fetch', 'Map', 'OffscreenCanvas'].every((name) => names.has(name))).toBe(true);
    expect(['process', 'Buffer', 'window', 'document'].some((name) => names.has(name))).toBe(false);
  });

  it('have nothing that only a file or a test has', () => {
    for (const name of ['require', 'module', '__dirname', 'expect', 'jest', 'window'])
      expect(workerGlobals).not.toContain(name);
  });
});
