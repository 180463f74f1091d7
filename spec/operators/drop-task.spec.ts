import { NEVER } from 'rxjs';
import { dropTask, sleep } from 'rxtasks';
import { thrownBy } from '../support/virtual.js';
import { marbles } from './work.js';

describe('dropTask', () => {
  it('drops what comes while one runs', () => {
    marbles(({ cold, inLoop, expectObservable }) => {
      const dropped = (maxQueue?: number) => {
        const source = cold('                       -a-b-c-d---|');
        return inLoop(source.pipe(dropTask((name) => sleep(5, name), { maxQueue })));
      };
      expectObservable(dropped()).toBe('            ------a-----(d|)');
      expectObservable(dropped(1)).toBe('           ------a----b----(d|)');
      expectObservable(dropped(Infinity)).toBe('    ------a----b----c----(d|)');
    });
  });

  it('has a slot for every key', () => {
    marbles(({ cold, inLoop, expectObservable }) => {
      const source = cold('-a-b-A---A---|');
      const dropped = source.pipe(dropTask((n) => sleep(5, n), { key: (n) => n.toLowerCase() }));
      expectObservable(inLoop(dropped)).toBe('------a-b-----(A|)');
    });
  });

  it('runs n at the same time', () => {
    marbles(({ cold, inLoop, expectObservable }) => {
      const dropped = cold('-a-b-c|').pipe(dropTask((n) => sleep(5, n), { concurrency: 2 }));
      expectObservable(inLoop(dropped)).toBe('------a-(b|)');
    });
  });

  it('refuses what is no function, and numbers that make no sense', () => {
    expect(String(thrownBy(() => dropTask(null as never)))).toMatch(/^TypeError: dropTask\(project\)/);
    expect(String(thrownBy(() => dropTask(() => NEVER, { maxQueue: -1 })))).toMatch(
      /^RangeError: dropTask\(project, { maxQueue }\): expected a number of 0 or more, got -1/,
    );
  });
});
