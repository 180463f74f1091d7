import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';

import { finalize, lastValueFrom, map, tap, timer } from 'rxjs';
import { type Task, coroutine, createTask, shield, sleep } from 'rxtasks';
import { pause } from './pause.js';

type Handler = (request: IncomingMessage, response: ServerResponse, events: string[]) => Promise<unknown>;

/** Serves one request, whose client goes away after it has begun; what happened until the `last` event. */
async function deserted(last: string, handler: Handler): Promise<string[]> {
  const events: string[] = [];
  const server = createServer((request, response) => {
    response.once('close', () => events.push('client gone'));
    void handler(request, response, events).catch(() => {});
    setTimeout(() => leaving.destroy(), 5);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const leaving = get(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  leaving.on('error', () => {});
  for (let i = 0; i < 600 && !events.includes(last); i++) await pause(5);
  server.close();
  return events;
}

/** A signal that is aborted when the client goes away. */
function clientSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => controller.abort('client gone'));
  return controller.signal;
}

const report = coroutine(function* (events: string[], ms: number) {
  events.push('starts');
  try {
    yield* sleep(ms);
    events.push('ends');
    return 'report';
  } finally {
    yield* sleep(1);
    events.push('clean');
  }
});

/** The same against the real framework: spec/interop/nest.spec.ts. */
describe('nestjs/nest #1524, #773, #12026, #10288, #17352: stop when the client goes, or deliberately do not', () => {
  it('RxJS: what a handler waits for by lastValueFrom() runs to its end, whoever is gone', async () => {
    const events = await deserted('ends', (_request, response, log) =>
      lastValueFrom(
        timer(300).pipe(
          tap({ subscribe: () => log.push('starts') }),
          map(() => 'report'),
          finalize(() => log.push('ends')),
        ),
      ).then((text) => response.end(text)),
    );
    expect(events).toEqual(['starts', 'client gone', 'ends']);
  });

  it('rxtasks: the signal of the request ends the task, clean-up included', async () => {
    const events = await deserted('clean', (_request, response, log) => {
      const task: Task<string> = createTask(report(log, 60_000), { signal: clientSignal(response) });
      return task.then((text) => response.end(text));
    });
    expect(events).toEqual(['starts', 'client gone', 'clean']);
  });

  it('rxtasks: a shield keeps what must be done from ending with the client', async () => {
    const events = await deserted('clean', (_request, response, log) => {
      const task = createTask(shield(report(log, 300)), { signal: clientSignal(response) });
      return task.then((text) => response.end(text));
    });
    expect(events).toEqual(['starts', 'client gone', 'ends', 'clean']);
  });
});
