import { inspect } from 'node:util';
import { InlineExecutor, remote } from 'rxtasks/executors';
import { workUrl } from '../../support/work.js';

const url = workUrl('jobs');

describe('remote', () => {
  it('gives a reference for each export, always the same one, without loading the module', () => {
    const jobs = remote<typeof import('../../work/jobs.js')>(new URL('file:///no/such/module.js'));
    expect(jobs.add).toBe(jobs.add);
    expect(jobs.add).not.toBe(jobs.echo);
    expect(jobs.add.name).toBe('add');
  });

  it('takes a URL or its text', async () => {
    await using executor = new InlineExecutor();
    for (const where of [new URL('node:path'), 'node:path']) {
      const path = remote<typeof import('node:path')>(where);
      expect(await executor.submit(path.join, 'a', 'b')).toBe('a/b');
    }
  });

  it('refuses what is no URL, and says how to write one', () => {
    for (const bad of ['./work.js', 'work.js', '', undefined, null, 5, {}]) {
      expect(() => remote(bad as string)).toThrow(TypeError);
      expect(() => remote(bad as string)).toThrow("new URL('./work.js', import.meta.url)");
    }
  });

  it('a reference that is called says that it has to be submitted', () => {
    const { add } = remote<typeof import('../../work/jobs.js')>(url);
    expect(() => add(1, 2)).toThrow(expect.objectContaining({ name: 'RuntimeError' }));
    expect(() => add(1, 2)).toThrow(
      `a reference to a function of ${url.href}; give it to an executor: submit(add, ...args)`,
    );
  });

  it('is no promise, cannot be written to, and can be printed', async () => {
    const jobs = remote<typeof import('../../work/jobs.js')>(url);
    expect(await Promise.resolve(jobs)).toBe(jobs);
    expect(() => ((jobs as Record<string, unknown>)['add'] = () => 1)).toThrow('cannot be replaced from here');
    expect('add' in jobs && !('then' in jobs)).toBe(true);
    expect(() => inspect(jobs)).not.toThrow();
    expect(JSON.stringify(jobs)).toBe('{}');
  });
});
