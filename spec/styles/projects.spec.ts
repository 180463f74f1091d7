import { NEVER, Subject, concat, map, of, tap, timer, toArray } from 'rxjs';
import {
  ContextVar,
  type Task,
  allTasks,
  coroutine,
  createTask,
  currentTask,
  mapTask,
  resultOf,
  restartTask,
  sleep,
} from 'rxtasks';
import { runVirtual } from 'rxtasks/testing';
import { type Piece, type Project, operators, outcomeOf, workplace } from './workplace.js';

const a: Piece = { name: 'a', ms: 10 };
const b: Piece = { name: 'b', ms: 10 };
const formNames = Object.keys(workplace().forms);
const limits = { 'one at a time': 1, 'two at a time': 2, 'all at once': Infinity };

function place(form: string) {
  const { forms, ...others } = workplace();
  return { ...others, project: forms[form] as Project };
}

describe.each(formNames)('what a project gives as %s', (form) => {
  it('runs one at a time in restartTask: the replaced one is cancelled and waited for', () =>
    runVirtual(async () => {
      const { events, project } = place(form);
      const values = concat(of(a), timer(4).pipe(map(() => b)));
      expect(await createTask(values.pipe(restartTask(project), toArray()))).toEqual(['b']);
      expect(events).toEqual(['a starts at 0', 'a cancelled at 4', 'a clean at 7', 'b starts at 7', 'b ends at 17']);
    }));

  it.each(Object.keys(operators))('is cancelled when %s is unsubscribed from', (name) =>
    runVirtual(async () => {
      const { events, note, project } = place(form);
      const subscription = of(a).pipe(operators[name]!(project)).subscribe();
      await sleep(4);
      subscription.unsubscribe();
      note('left');
      await sleep(20);
      expect(events).toEqual(['a starts at 0', 'left at 4', 'a cancelled at 4', 'a clean at 7']);
    }),
  );

  it.each(Object.keys(operators))('is cancelled and waited for when the task of %s is cancelled', (name) =>
    runVirtual(async () => {
      const { events, note, project } = place(form);
      const task = createTask(of(a).pipe(operators[name]!(project)));
      await sleep(4);
      task.cancel('enough');
      note(await outcomeOf(task));
      expect(events).toEqual(['a starts at 0', 'a cancelled at 4', 'a clean at 7', 'CancelledError: enough at 7']);
    }),
  );

  it.each([
    ['mapTask', 'while its source goes on', NEVER],
    ['mapTask', 'when its source has ended', of<Piece>()],
    ['mapTask, in order', 'while its source goes on', NEVER],
    ['mapTask, in order, two at a time', 'when its source has ended', of<Piece>()],
    ['mapTask, two at a time', 'when its source has ended', of<Piece>()],
  ])('is cancelled and waited for when its sibling fails in %s, %s', (name, _when, rest) =>
    runVirtual(async () => {
      const { events, note, project } = place(form);
      const pieces = concat(of(a, { name: 'bad', ms: 4, fails: true }), rest);
      note(await outcomeOf(createTask(pieces.pipe(operators[name]!(project)))));
      expect(events).toEqual([
        'a starts at 0',
        'bad starts at 0',
        'bad ends at 4',
        'a cancelled at 4',
        'a clean at 7',
        'Error: bad at 7',
      ]);
    }),
  );

  describe.each([
    ['nothing has ended', [a, b]],
    ['its sibling has ended', [a, { name: 'b', ms: 4 }]],
  ])('in `for await`, where %s', (_when, pieces) => {
    const siblings = (own: string[]) => (pieces[1]!.ms === 4 ? own.filter((event) => !event.startsWith('b')) : own);

    it.each(Object.entries(limits))(
      'is cancelled and waited for when the task is cancelled, %s',
      (_limit, concurrency) =>
        runVirtual(async () => {
          const { events, note, project } = place(form);
          const task = createTask(async () => {
            for await (const _ of mapTask(pieces, project, { concurrency }));
          });
          await sleep(6);
          task.cancel();
          note(await outcomeOf(task));
          const ends = events.filter((event) => /cancelled|clean|Error/i.test(event));
          expect(ends).toEqual(
            concurrency === 1
              ? ['a cancelled at 6', 'a clean at 9', 'CancelledError at 9']
              : siblings([
                  'a cancelled at 6',
                  'b cancelled at 6',
                  'a clean at 9',
                  'b clean at 9',
                  'CancelledError at 9',
                ]),
          );
        }),
    );

    it.each([2, Infinity])(
      'is cancelled and waited for when the loop is left by `break` or by an error, %s at a time',
      (concurrency) =>
        runVirtual(async () => {
          for (const leave of ['break', 'error']) {
            const { events, note, project } = place(form);
            const start = Date.now();
            try {
              for await (const result of mapTask([{ name: 'first', ms: 1 }, ...pieces.slice(0, 1)], project, {
                concurrency,
              })) {
                note(result);
                if (leave === 'break') break;
                throw new Error('mine');
              }
            } catch (error) {
              note(String(error));
            }
            note('left');
            await sleep(20);
            const at = (ms: number) => `at ${start + ms}`;
            expect(events.slice(3)).toEqual([
              `first ${at(1)}`,
              `a cancelled ${at(1)}`,
              `a clean ${at(4)}`,
              ...(leave === 'break' ? [] : [`Error: mine ${at(4)}`]),
              `left ${at(4)}`,
            ]);
          }
        }),
    );
  });

  it('is the task of its value: that is the current one, and bears the name', () =>
    runVirtual(async () => {
      const names: (string | undefined)[] = [];
      const project: Project = (piece) => {
        names.push(currentTask()?.name);
        return place(form).project(piece, 0);
      };
      const task = createTask(of(a, b).pipe(mapTask(project, { name: ({ name }) => `task of ${name}` })));
      await sleep(1);
      expect([...allTasks()].map(({ name }) => name).filter((name) => name.startsWith('task of'))).toEqual([
        'task of a',
        'task of b',
      ]);
      await task;
      expect(names).toEqual(['task of a', 'task of b']);
    }));
});

describe.each(Object.keys(operators))('the project of %s', (name) => {
  const operator = operators[name]!;

  it('is called in the first step of the task of its value, and not in the event that gave the value', () =>
    runVirtual(async () => {
      const log: string[] = [];
      const values = new Subject<Piece>();
      const project: Project = (piece) => {
        log.push(`called in ${currentTask()?.name}`);
        return sleep(1, piece.name);
      };
      const subscription = values.pipe(operator(project)).subscribe((result) => log.push(result));
      values.next(a);
      const [task] = [...allTasks()].filter((each) => each !== currentTask());
      task!.name = 'its task';
      log.push('event over');
      await sleep(5);
      expect(log).toEqual(['event over', 'called in its task', 'a']);
      subscription.unsubscribe();
    }));

  it('is never called for a value whose task is cancelled before its first step', () =>
    runVirtual(async () => {
      let calls = 0;
      const values = new Subject<Piece>();
      const project: Project = (piece) => {
        calls++;
        return sleep(1, piece.name);
      };
      const subscription = values.pipe(operator(project)).subscribe();
      values.next(a);
      values.next(b);
      subscription.unsubscribe();
      await sleep(5);
      expect(calls).toBe(0);
    }));

  it('runs with the context of the subscription, as of the moment at which that was made', () =>
    runVirtual(async () => {
      const user = new ContextVar<string>('user');
      const seen: string[] = [];
      const values = new Subject<Piece>();
      const project: Project = async (piece) => {
        seen.push(user.get());
        await sleep(1);
        seen.push(user.get());
        return piece.name;
      };
      user.set('subscriber');
      const subscription = values.pipe(operator(project)).subscribe();
      user.set('somebody else');
      values.next(a);
      await sleep(5);
      subscription.unsubscribe();
      expect(seen).toEqual(['subscriber', 'subscriber']);
    }));

  it.each<[string, () => Project]>([
    [
      'throws',
      () => () => {
        throw new Error('thrown');
      },
    ],
    [
      'rejects',
      () => async () => {
        throw new Error('thrown');
      },
    ],
    [
      'gives a function that throws',
      () => () => () => {
        throw new Error('thrown');
      },
    ],
  ])('that %s fails its task, and with that the operator', (_, project) =>
    runVirtual(async () => {
      const task = createTask(of(a).pipe(operator(project())));
      expect(await outcomeOf(task)).toBe('Error: thrown');
    }),
  );

  it('that gives what is no source is told by name', () =>
    runVirtual(async () => {
      const task = createTask(of(a).pipe(operator((() => 5) as unknown as Project)));
      expect(await outcomeOf(task)).toMatch(/^TypeError: \w+Task\(project\): .* got the number 5|got 5/);
    }));
});

describe('a future that a project gives', () => {
  const projects: Record<string, (task: Task<string>) => Project> = {
    'the task itself': (task) => () => task,
    'a function that gives the task': (task) => () => (() => task) as never,
  };

  describe.each(Object.keys(projects))('%s', (how) => {
    it('is watched: whose task is cancelled lets go of it at once, and it runs on', () =>
      runVirtual(async () => {
        for (const name of Object.keys(operators)) {
          const { events, note, work } = workplace();
          const start = Date.now();
          const shared = createTask(work({ name: 'shared', ms: 10 }));
          const task = createTask(of(a).pipe(operators[name]!(projects[how]!(shared))));
          await sleep(4);
          task.cancel();
          note(await outcomeOf(task));
          expect(await shared).toBe('shared');
          expect(events).toEqual([
            `shared starts at ${start}`,
            `CancelledError at ${start + 4}`,
            `shared ends at ${start + 10}`,
          ]);
        }
      }));

    it('gives its result to all who watch it', () =>
      runVirtual(async () => {
        const { work } = workplace();
        const shared = createTask(work({ name: 'shared', ms: 10 }));
        const values = of(a, b).pipe(mapTask(projects[how]!(shared)), toArray());
        expect(await createTask(values)).toEqual(['shared', 'shared']);
      }));

    it('that is replaced runs on, unheeded', () =>
      runVirtual(async () => {
        const { work } = workplace();
        const first = createTask(work({ name: 'first', ms: 10 }));
        const second = createTask(work({ name: 'second', ms: 1 }));
        const values = concat(of(first), timer(5).pipe(map(() => second)));
        const mapped = values.pipe(
          restartTask((task) => projects[how]!(task)(a, 0)),
          toArray(),
        );
        expect(await createTask(mapped)).toEqual(['second']);
        expect(await first).toBe('first');
      }));

    it('that is cancelled by others cancels the operator', () =>
      runVirtual(async () => {
        const shared = createTask(sleep(100, 'never'));
        const task = createTask(of(a).pipe(mapTask(projects[how]!(shared))));
        await sleep(1);
        shared.cancel('mine');
        expect(await outcomeOf(task)).toBe('CancelledError: mine');
      }));
  });
});

describe('the task of a value, looked at', () => {
  const work = coroutine(function* work(_: Piece) {
    yield* sleep(10);
    return 'done';
  });
  async function load(_: Piece) {
    await sleep(10);
    return 'done';
  }
  function project(piece: Piece) {
    return work(piece);
  }
  function* generate(_: Piece) {
    yield* sleep(10);
    return 'done';
  }

  it.each<[string, Project, string, string]>([
    ['a coroutine function', work, 'work()', 'work()'],
    ['a function that gives a coroutine', project, 'project()', 'work()'],
    ['an async function', load, 'load()', 'load()'],
    ['a generator function', generate, 'generate()', 'a generator'],
    ['an arrow that gives an async function', (piece) => () => load(piece), 'anonymous()', 'anonymous()'],
  ])('says what runs, before its first step and after: %s', (_, given, before, after) =>
    runVirtual(async () => {
      const mapped = createTask(of(a).pipe(mapTask(given, { name: 'item' })));
      await createTask(function* () {
        const item = () => [...allTasks()].find(({ name }) => name === 'item');
        while (item() === undefined) yield;
        expect(String(item())).toContain(`running ${before}`);
        yield* sleep(1);
        expect(String(item())).toContain(`running ${after}`);
        const task = item()!;
        yield* sleep(20);
        expect([String(task), task.recipe === undefined]).toEqual([`<Task finished name='item' result="done">`, false]);
      });
      await mapped;
    }),
  );

  it('has as its recipe the project, then what that has given', () =>
    runVirtual(async () => {
      const given = work(a);
      const give = () => given;
      let inside: unknown;
      const mapped = createTask(
        of(a).pipe(
          mapTask(
            () => {
              inside = currentTask()!.recipe;
              return give();
            },
            { name: 'item' },
          ),
        ),
      );
      await sleep(1);
      const item = [...allTasks()].find(({ name }) => name === 'item')!;
      expect(typeof inside).toBe('function');
      expect(item.recipe).toBe(given);
      await mapped;
      expect(item.recipe).toBe(given);
    }));
});

describe('what has to happen in the very event that gives a value', () => {
  it('goes into a tap before the operator', () =>
    runVirtual(async () => {
      let prevented = false;
      const events = new Subject<{ preventDefault: () => void }>();
      const subscription = events
        .pipe(
          tap((event) => event.preventDefault()),
          restartTask(async () => {
            await sleep(1);
            return '';
          }),
        )
        .subscribe();
      events.next({ preventDefault: () => (prevented = true) });
      expect(prevented).toBe(true);
      await sleep(5);
      subscription.unsubscribe();
    }));
});

describe('in a coroutine', () => {
  it('an async project is as well its own', () =>
    runVirtual(function* () {
      const { events, asyncWork, note } = workplace();
      const values = concat(of(a), timer(4).pipe(map(() => b)));
      note(yield* resultOf(values.pipe(restartTask(asyncWork))));
      expect(events).toEqual([
        'a starts at 0',
        'a cancelled at 4',
        'a clean at 7',
        'b starts at 7',
        'b ends at 17',
        'b at 17',
      ]);
    }));
});
