import { NEVER, Observable, Subject, finalize, merge, switchMap } from 'rxjs';
import { type ExceptionContext, type Task, coroutine, createTask, sleep } from 'rxtasks';
import { runVirtual } from '../support/virtual.js';

const broken = () =>
  new Observable<never>(() => () => {
    throw new Error('teardown');
  });

describe('a teardown that throws', () => {
  it('fails the task that was cancelled, and does not throw at who cancels', async () => {
    await runVirtual(function* () {
      const task = createTask(broken());
      yield;
      expect(task.cancel()).toBe(true);
      yield* sleep(1);
      expect(task.cancelled()).toBe(false);
      expect(task.exception()).toMatchObject({ name: 'UnsubscriptionError', errors: [new Error('teardown')] });
    });
  });

  it('fails the task that a signal cancels', async () => {
    await runVirtual(function* () {
      const stop = new AbortController();
      const task = createTask(broken(), { signal: stop.signal });
      yield;
      stop.abort();
      yield* sleep(1);
      expect(task.exception()).toMatchObject({ name: 'UnsubscriptionError' });
    });
  });

  it('lets run() clean up everything else, and is reported', async () => {
    const reported: ExceptionContext[] = [];
    const log: string[] = [];
    await runVirtual(
      function* () {
        createTask(broken());
        createTask(function* () {
          try {
            yield* sleep(1000);
          } finally {
            log.push('cleaned up');
          }
        });
        yield* sleep(1);
      },
      { onContext: (context) => reported.push(context) },
    );
    expect(log).toEqual(['cleaned up']);
    expect(reported.map(({ kind }) => kind)).toEqual(['shutdown']);
  });

  it('does not keep the task from waiting for the children that were torn down too', async () => {
    await runVirtual(function* () {
      const log: string[] = [];
      const child = coroutine(function* () {
        try {
          yield* sleep(1000);
        } finally {
          yield* sleep(20);
          log.push('child');
        }
      });
      const task = createTask(merge(broken(), child()));
      task.addDoneCallback(() => log.push('task'));
      yield* sleep(1);
      task.cancel();
      yield* sleep(50);
      expect(log).toEqual(['child', 'task']);
      expect(task.exception()).toMatchObject({ name: 'UnsubscriptionError' });
    });
  });

  it('is reported when the next request finds the children still cleaning up', async () => {
    const reported: ExceptionContext[] = [];
    await runVirtual(
      function* () {
        const child = coroutine(function* () {
          try {
            yield* sleep(1000);
          } finally {
            yield* sleep(20);
          }
        });
        const task = createTask(merge(broken(), child()));
        yield* sleep(1);
        task.cancel();
        yield* sleep(1);
        task.cancel();
        yield* sleep(1);
        expect(task.cancelled()).toBe(true);
      },
      { onContext: (context) => reported.push(context) },
    );
    expect(reported).toMatchObject([{ kind: 'late-failure', exception: { name: 'UnsubscriptionError' } }]);
  });
});

it('waits for every child although a teardown before theirs cancels the task again', async () => {
  await runVirtual(function* () {
    const log: string[] = [];
    const child = coroutine(function* () {
      try {
        yield* sleep(1000);
      } finally {
        yield* sleep(20);
        log.push('child');
      }
    });
    const trigger = new Subject<void>();
    const task: Task<unknown> = createTask(
      merge(NEVER.pipe(finalize(() => task.cancel('again'))), trigger.pipe(switchMap(() => child()))),
    );
    yield* sleep(1);
    trigger.next(); // subscribes the child from here: only its teardown tells that it belongs to the task
    yield* sleep(1);
    task.cancel();
    try {
      yield* task;
    } catch {
      log.push('task');
    }
    expect(log).toEqual(['child', 'task']);
  });
});
