import { from, of } from 'rxjs';
import { createTask, getRunningLoop, mapTask, resultOf, restartTask, sleep, waitFor, withTimeout } from 'rxtasks';
import { runVirtual } from 'rxtasks/testing';
import { native, outcomeOf, workplace } from './workplace.js';

/** The kinds of what debug mode tells. */
async function kindsIn(main: () => Promise<void>): Promise<string[]> {
  const kinds: string[] = [];
  await runVirtual(
    async () => {
      getRunningLoop().setExceptionHandler((_, { kind }) => {
        if (kind !== 'slow-callback') kinds.push(kind);
      });
      await main();
    },
    { debug: true },
  );
  return kinds;
}

describe('debug mode', () => {
  it.each<[string, () => PromiseLike<unknown>]>([
    ['mapTask', () => createTask(of(1).pipe(mapTask(async () => await sleep(1))))],
    ['restartTask', () => createTask(from([1, 2]).pipe(restartTask(async (n) => await sleep(1, n))))],
    [
      'an iteration',
      async () => {
        for await (const _ of mapTask([1], async () => await sleep(1)));
      },
    ],
  ])('finds no fault with an async project, which is called in its own task: %s', async (_, make) => {
    expect(await kindsIn(async () => void (await make()))).toEqual([]);
  });

  it('tells of a promise that is given where a function belongs', async () => {
    const work = async () => await sleep(1);
    expect(await kindsIn(async () => await createTask(work()))).toEqual(['already-running']);
  });

  it('tells of a request that an async function has not heard at all, and that only', async () => {
    const kinds = await kindsIn(async () => {
      const deaf = createTask(async () => await native(10));
      const hearing = createTask(async () => {
        await native(10);
        await sleep(1);
      });
      const inside = createTask(async () => {
        await resultOf(async () => await native(10));
        await sleep(1);
      });
      await sleep(1);
      for (const task of [deaf, hearing, inside]) task.cancel();
      for (const task of [deaf, hearing, inside]) await outcomeOf(task);
    });
    expect(kinds).toEqual(['cancel-ignored']);
  });

  it('tells of what does not end within five seconds after it was asked, and not of what a limit has left behind', async () => {
    expect(
      await kindsIn(async () => {
        const stuck = createTask(async () => await native(10_000));
        await sleep(1);
        stuck.cancel();
        await outcomeOf(stuck);
      }),
    ).toEqual(['stuck', 'cancel-ignored']);
    expect(
      await kindsIn(async () => {
        await outcomeOf(waitFor(async () => await native(10_000), 10));
        await outcomeOf(withTimeout(10, async () => await native(10_000)));
        await native(10_000);
      }),
    ).toEqual(['abandoned', 'abandoned']);
  });

  it('changes nothing of what happens', async () => {
    const { events, note, forms } = workplace();
    await kindsIn(async () => {
      for (const project of Object.values(forms)) {
        const task = createTask(of({ name: 'a', ms: 10 }).pipe(mapTask((piece) => project(piece, 0))));
        await sleep(5);
        task.cancel();
        note(await outcomeOf(task));
      }
    });
    const plain = ['a starts', 'a cancelled', 'a clean', 'CancelledError'];
    expect(events.map((event) => event.replace(/ at .*/, ''))).toEqual(Object.keys(forms).flatMap(() => plain));
  });
});
