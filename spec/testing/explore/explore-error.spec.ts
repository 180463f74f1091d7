import { coroutine, createTask, sleep } from 'rxtasks';
import { failureOf, stepper } from './scenario.js';

describe('The message of an ExploreError', () => {
  it('shows both orders, what was moved, and the call that repeats it', () => {
    const scenario = coroutine(function* () {
      const log: string[] = [];
      const tasks = ['a', 'b'].map((name) => createTask(stepper(log, name, 3), { name }));
      for (const task of tasks) yield* task;
      if (log.indexOf('b3') < log.indexOf('a2')) throw new RangeError('b overtakes a');
    });
    const error = failureOf(scenario, { replay: [{ step: 'a:2', later: 2 }] });
    expect(error.message.split('\n')).toEqual([
      'the order replayed fails: RangeError: b overtakes a',
      '',
      '  1 step out of the usual order:',
      '    a:2 lets 2 go first: it runs after b:3',
      '',
      '  lanes of the tasks, their steps by number, from left to right:',
      '    usually   main  1 . . . . . . 2',
      '              a     . 1 . 2 . 3 . .',
      '              b     . . 1 . 2 . 3 .',
      '    here      main  1 . . . . . . 2',
      '              a     . 1 . . . 2 3 .',
      '              b     . . 1 2 3 . . .',
      '                              ^',
      '',
      '  this order again:',
      "    explore(main, { replay: [{ step: 'a:2', later: 2 }] });",
    ]);
    expect(error.cause).toEqual(new RangeError('b overtakes a'));
    expect(error.stack).toContain('explore-error.spec');
    expect(error.stack).not.toContain('Exploration');
  });

  it('names one step that goes early in the place of many that go late, and the options that matter', () => {
    const scenario = coroutine(function* () {
      const log: string[] = [];
      const names = Array.from({ length: 9 }, (_, i) => `t${i}`);
      const tasks = names.map((name) => createTask(stepper(log, name, 1), { name }));
      for (const task of tasks) yield* task;
      if (log[0] === 't81') throw new Error('the last comes first');
    });
    const error = failureOf(scenario, { reach: 3 });
    expect(error.deviations).toEqual([{ step: 't8:1', earlier: 8 }]);
    expect(error.message).toContain('t8:1 goes before 8 that usually come first: it runs before t0:1');
    expect(error.message).toContain("explore(main, { reach: 3, replay: [{ step: 't8:1', earlier: 8 }] });");
    expect(failureOf(scenario, { replay: error.deviations, reach: 3 }).order).toEqual(error.order);
  });

  it('is about the usual order alone if that one fails', () => {
    const error = failureOf(function* () {
      yield* sleep(5);
      throw new Error('always');
    });
    expect(error.message.split('\n')).toEqual([
      'the usual order fails: Error: always',
      '',
      '  no step is out of the usual order',
      '',
      '  lanes of the tasks, their steps by number, from left to right:',
      '    usually   main   1 . 2',
      '              timer  . 1 .',
      '',
      '  this order again:',
      '    explore(main, { replay: [] });',
    ]);
  });
});
