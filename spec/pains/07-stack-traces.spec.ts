import path from 'node:path';

import { lastValueFrom, map, switchMap, timer } from 'rxjs';
import { coroutine, createTask, run, sleep } from 'rxtasks';

/** The functions of this file in the stack of an error. */
function ours(error: unknown): string[] {
  return ((error as Error).stack ?? '')
    .split('\n')
    .filter((line) => line.includes(path.basename(__filename)))
    .map((line) => /at (?:new )?([\w.]+)/.exec(line)?.[1]?.replace(/^.*\./, '') ?? '');
}

function fail(): never {
  throw new Error('no such user');
}

describe('#2663, #2040, #1514, #4250, #5289: useless stack traces', () => {
  it('RxJS: of an error after a wait the stack knows the last function, and not how it came there', async () => {
    const loadUser = () => timer(1).pipe(map(() => fail()));
    const loadPage = () => timer(1).pipe(switchMap(loadUser));
    const error: unknown = await lastValueFrom(loadPage()).catch((caught: unknown) => caught);
    expect(ours(error)).toContain('fail');
    expect(ours(error)).not.toContain('loadUser');
    expect(ours(error)).not.toContain('loadPage');
  });

  it('rxtasks: the stack holds the coroutines that wait for each other', async () => {
    const loadUser = coroutine(function* loadUser() {
      yield* sleep(1);
      return fail();
    });
    const loadPage = coroutine(function* loadPage() {
      yield* sleep(1);
      return yield* loadUser();
    });
    const error: unknown = await run(loadPage()).catch((caught: unknown) => caught);
    expect(ours(error).filter((name) => name !== '')).toEqual(expect.arrayContaining(['fail', 'loadUser', 'loadPage']));
  });

  it('rxtasks: in debug mode a failure that nobody looked at is reported with the place where its task was made', async () => {
    const reports: string[] = [];
    await run(
      function* (task) {
        task.loop.setExceptionHandler((_loop, { name }) => reports.push(name ?? ''));
        createTask(coroutine(fail as () => Generator<void, never>)(), { name: 'load user' });
        yield* sleep(1);
      },
      { debug: true },
    );
    expect(reports).toHaveLength(1);
    expect(reports[0]).toContain("name='load user'");
    expect(reports[0]).toContain(path.basename(__filename));
  });
});
