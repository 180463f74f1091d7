import { getEventListeners } from 'node:events';
import { of } from 'rxjs';
import {
  EventLoop,
  Runner,
  Task,
  type TaskSource,
  allTasks,
  createTask,
  eagerTaskFactory,
  getRunningLoop,
  run,
  sleep,
  toTask,
  withTaskGroup,
} from 'rxtasks';
import { runVirtual, thrownBy } from '../../support/virtual.js';

type Create = (source: TaskSource<unknown>, options: never) => unknown;

const wrong: [string, unknown, string][] = [
  [
    'no object',
    'a',
    'expected options to be an object, got "a" (string); name each, as in { name: \'a\' }, and give arguments to a function by ' +
      'another one, () => work(1)',
  ],
  [
    'null',
    null,
    "expected options to be an object, got null; name each, as in { name: 'a' }, and give arguments to a function by another " +
      'one, () => work(1)',
  ],
  [
    'a controller for a signal',
    { signal: new AbortController() },
    'expected signal to be an AbortSignal, got <AbortController>; of an AbortController pass controller.signal',
  ],
  ['no signal at all', { signal: null }, 'expected signal to be an AbortSignal, got null; of an AbortController pass'],
  [
    'a wrong context',
    { context: new Map() },
    'expected context to be a Context, got <Map>; pass that of a task, task.context, or Context.current()',
  ],
  ['a name without a text', { name: Object.create(null) as unknown }, 'expected name to be a string, got'],
  [
    'a word for eager',
    { eager: 'yes' },
    'expected eager to be true or false, got "yes" (string); leave it out to start in the next iteration of the loop',
  ],
  [
    'a scheduler for a loop',
    { loop: { now: () => 0, schedule: () => {} } },
    'expected loop to be an EventLoop, got {now: function now, schedule: function schedule}; leave it out to run on the loop at hand',
  ],
];

const ways: [string, string, Create][] = [
  ['createTask', 'createTask(source, options)', createTask as Create],
  ['loop.createTask', 'createTask(source, options)', (s, o) => getRunningLoop().createTask(s, o)],
  ['new Task', 'createTask(source, options)', (s, o) => new Task(getRunningLoop(), s, o)],
  [
    'createTask with a factory that drops options',
    'createTask(source, options)',
    (source, options) => {
      const loop = getRunningLoop();
      loop.setTaskFactory((loop, source) => new Task(loop, source));
      try {
        return createTask(source, options);
      } finally {
        loop.setTaskFactory(null);
      }
    },
  ],
  [
    'createTask with eagerTaskFactory',
    'createTask(source, options)',
    (source, options) => {
      const loop = getRunningLoop();
      loop.setTaskFactory(eagerTaskFactory);
      try {
        return createTask(source, options);
      } finally {
        loop.setTaskFactory(null);
      }
    },
  ],
];

describe.each(wrong)('options that are wrong, %s,', (_, options, text) => {
  it.each(ways)('are refused by %s, and nothing is left of it', async (_name, call, create) => {
    await runVirtual(function* () {
      const ran: string[] = [];
      function* body(): Generator<void, void> {
        ran.push('ran');
        yield;
      }
      const generator = body();
      const controller = new AbortController();
      const given =
        typeof options === 'object' && options !== null ? { signal: controller.signal, ...options } : options;
      const before = allTasks();
      for (const source of [body, generator, sleep(1)]) {
        const error = thrownBy(() => create(source as TaskSource<unknown>, given as never)) as Error;
        expect(error).toBeInstanceOf(TypeError);
        expect(error.message).toContain(`${call}: ${text}`);
      }
      expect(generator.next()).toEqual({ done: true, value: undefined }); // it was closed
      expect(allTasks()).toEqual(before);
      expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
      yield* sleep(1);
      expect(ran).toEqual([]);
    });
  });

  it('are refused by toTask at its call', () => {
    const error = thrownBy(() => toTask(options as never)) as Error;
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain(`toTask(options): ${text}`);
  });

  it('are refused by group.createTask, and the group goes on', async () => {
    await runVirtual(function* () {
      const value = yield* withTaskGroup(function* (group) {
        expect(thrownBy(() => group.createTask(sleep(1), options as never))).toBeInstanceOf(TypeError);
        expect(String(group)).toBe('<TaskGroup entered tasks=0 errors=0>');
        return yield* group.createTask(sleep(1, 'fine'));
      });
      expect(value).toBe('fine');
    });
  });
});

describe('a signal that is none', () => {
  it('is refused by run and Runner.run before main is made, and a Runner can be used again', async () => {
    const signal = new AbortController() as never;
    const text =
      'run(main, { signal }): expected signal to be an AbortSignal, got <AbortController>; of an AbortController pass ' +
      'controller.signal';
    let ran = false;
    const main = async () => {
      ran = true;
    };
    await expect(run(main, { signal })).rejects.toEqual(new TypeError(text));
    const runner = new Runner();
    await expect(runner.run(main, { signal })).rejects.toEqual(new TypeError(text));
    expect(ran).toBe(false);
    expect(await runner.run(sleep(1, 'fine'))).toBe('fine');
    await runner.close();
  });
});

describe('options that are right', () => {
  it('are taken, undefined ones as if they were not there, of a signal of another realm too', async () => {
    await runVirtual(function* () {
      const loop = getRunningLoop();
      const none = { name: undefined, eager: undefined, signal: undefined, context: undefined, loop: undefined };
      expect(yield* createTask(of(1), none)).toBe(1);
      const { signal } = new AbortController();
      const like = {
        aborted: false,
        reason: undefined,
        addEventListener: signal.addEventListener.bind(signal),
        removeEventListener: signal.removeEventListener.bind(signal),
      } as unknown as AbortSignal;
      const task = createTask(of(2), {
        name: 'a',
        eager: false,
        signal: like,
        context: createTask(of(0)).context,
        loop,
      });
      expect([task.name, yield* task]).toEqual(['a', 2]);
      expect(createTask(of(3), { loop: new EventLoop() }).done()).toBe(false);
    });
  });
});
