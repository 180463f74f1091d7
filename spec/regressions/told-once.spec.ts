import { of, switchMap } from 'rxjs';
import { type ExceptionContext, coroutine, createTask, gather, sleep } from 'rxtasks';
import { runVirtual } from '../support/virtual.js';

const failing = coroutine(function* () {
  try {
    yield* sleep(1000);
  } finally {
    // eslint-disable-next-line no-unsafe-finally -- a clean-up that fails is what this is about
    throw new Error('clean-up');
  }
});

async function told(main: Parameters<typeof runVirtual>[0]): Promise<string[]> {
  const reported: ExceptionContext[] = [];
  await runVirtual(main as never, { onContext: (context) => reported.push(context) });
  return reported.map(({ kind, exception }) => `${kind} ${String(exception)}`);
}

describe('a failure that several may notice is told once', () => {
  it('by the subscriber that has left and by the end of run()', async () => {
    const kinds = await told(function* () {
      createTask(of(1).pipe(switchMap(failing)));
      yield* sleep(1);
    });
    expect(kinds).toEqual(['shutdown Error: clean-up']);
  });

  it('by a cancelled gather and by the end of run()', async () => {
    const kinds = await told(function* () {
      createTask(gather([failing()], { returnExceptions: true }));
      yield* sleep(1);
    });
    expect(kinds).toEqual(['shutdown Error: clean-up']);
  });

  it('by two subscribers without an error handler', async () => {
    const kinds = await told(function* () {
      const task = createTask(function* () {
        throw new Error('watched');
      });
      task.subscribe();
      task.subscribe();
      yield* sleep(1);
    });
    expect(kinds).toEqual(['unretrieved Error: watched']);
  });
});
