/** A NestJS application on a loopback port, and clients that go away. */
import 'reflect-metadata';

import { get } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Observable } from 'rxjs';
import { type Coroutine, allTasks, coroutine, createTask, shield, shielded, sleep } from 'rxtasks';

import { tell, until } from './tell.js';

const events: string[] = [];

const report: (name: string, ms: number) => Coroutine<{ name: string }> = coroutine(function* report(name, ms) {
  events.push(`${name} starts`);
  try {
    yield* sleep(ms);
    events.push(`${name} ends`);
    return { name };
  } catch (error) {
    events.push(`${name} cancelled`);
    throw error;
  } finally {
    yield* sleep(10);
    events.push(`${name} clean`);
  }
});

class ReportController {
  quick(): Observable<{ name: string }> {
    return report('quick', 5).asObservable();
  }

  endsWithClient(): Observable<{ name: string }> {
    return report('report', 60_000).asObservable();
  }

  runsOn(): Observable<{ name: string }> {
    return report('payment', 60).pipe(shielded());
  }

  /** A promise is what Nest waits for to the end. */
  thenable(): Promise<{ name: string }> {
    return report('thenable', 60).then();
  }

  task(): Promise<{ name: string }> {
    return shield(createTask(report('task', 60))).then();
  }

  failing(): Observable<never> {
    return coroutine(function* (): Generator<never, never> {
      throw new Error('no report');
    })().asObservable();
  }
}

// Decorators, called: so that no compiler is needed.
function route(path: string, method: keyof ReportController): void {
  Get(path)(
    ReportController.prototype,
    method,
    Object.getOwnPropertyDescriptor(ReportController.prototype, method) as TypedPropertyDescriptor<unknown>,
  );
}
Controller()(ReportController);
route('quick', 'quick');
route('report', 'endsWithClient');
route('payment', 'runsOn');
route('thenable', 'thenable');
route('task', 'task');
route('failing', 'failing');

class AppModule {}
Module({ controllers: [ReportController] })(AppModule);

const app = await NestFactory.create(AppModule, { logger: false });
const server = (await app.listen(0, '127.0.0.1')) as { address(): AddressInfo };
const url = `http://127.0.0.1:${server.address().port}`;

/** Asks for it, and goes away when the work has started. */
async function leave(path: string): Promise<void> {
  const request = get(`${url}/${path}`);
  request.on('error', () => {});
  await until(() => events.includes(`${path} starts`));
  request.destroy();
  await until(() => events.includes(`${path} clean`));
}

function eventsOf(name: string): string[] {
  return events.filter((event) => event.startsWith(name));
}

const quick = (await (await fetch(`${url}/quick`)).json()) as unknown;
const failing = await fetch(`${url}/failing`);
for (const path of ['report', 'payment', 'thenable', 'task']) await leave(path);
await until(() => allTasks().size === 0);
const left = allTasks().size;
await app.close();

tell({
  quick,
  failing: failing.status,
  report: eventsOf('report'),
  payment: eventsOf('payment'),
  thenable: eventsOf('thenable'),
  task: eventsOf('task'),
  left,
});
