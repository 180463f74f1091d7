import { readFile } from 'node:fs/promises';
import { type Server, createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as later } from 'node:timers';
import { createTask, sleep } from 'rxtasks';
import { runVirtual } from 'rxtasks/testing';

async function textOf(url: string): Promise<string> {
  return await new Promise((resolve, reject) => {
    get(url, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.on('end', () => resolve(text));
    }).on('error', reject);
  });
}

/** In ms; not patched. */
const realNow = () => Number(process.hrtime.bigint() / 1_000_000n);

/** On a busy machine an answer takes its time. */
const patient = { io: true, foreignGrace: 60_000 };

describe('runVirtual with io', () => {
  let server: Server;
  let url: string;

  beforeAll(async () => {
    server = createServer((request, response) => {
      // after a time of the clock, or after a real time that no one can see from the requests that are listed
      if (request.url === '/virtual') setTimeout(() => response.end(`at ${Date.now()}`), 1000);
      else later(() => response.end('answer'), 10);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('holds the clock while a file is read', async () => {
    const read = () => readFile(__filename, 'utf8').then((text) => text.length > 0);
    const main = async () => [await Promise.race([read(), sleep(60_000, 'slept')]), Date.now()];
    expect(await runVirtual(main, { io: true })).toEqual([true, 0]);
    expect(await runVirtual(main)).toEqual(['slept', 60_000]);
  });

  it('goes on afterwards', async () => {
    const times = await runVirtual(
      async () => {
        const ticks = createTask(async () => {
          for (let i = 0; i < 5; i++) await sleep(1000);
          return Date.now();
        });
        for (let i = 0; i < 5; i++) await readFile(__filename);
        return [Date.now(), await ticks];
      },
      { io: true },
    );
    expect(times).toEqual([0, 5000]);
  });

  it('does not hold it for a server of this process, which may need it for its answer', async () => {
    const main = async () => [await textOf(`${url}/virtual`), Date.now()];
    expect(await runVirtual(main, patient)).toEqual(['at 1000', 1000]);
    const fetched = async () => [await (await fetch(`${url}/virtual`)).text(), Date.now()];
    expect(await runVirtual(fetched, patient)).toEqual(['at 1000', 1000]);
  });

  it('holds it also for requests that begin while a promise has its time of grace', async () => {
    const main = async () => {
      await new Promise((resolve) => later(resolve, 50)); // real, and not listed
      const end = realNow() + 200;
      while (realNow() < end) await readFile(__filename);
      return Date.now();
    };
    expect(await runVirtual(main, { io: true })).toBe(0);
  });

  it('finds the answer of a server, which has its time of grace', async () => {
    expect(await runVirtual(async () => await textOf(url), patient)).toBe('answer');
    expect(await runVirtual(async () => await (await fetch(url)).text(), patient)).toBe('answer');
  });
});
