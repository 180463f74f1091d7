import { Subject, exhaustMap, map, timer } from 'rxjs';
import { keepLatestTask, keepingLatest, sleep } from 'rxtasks';
import { runVirtual } from 'rxtasks/testing';
import { pause } from './pause.js';

describe('#1777, #5004: exhaustMap with the trailing value', () => {
  it('RxJS: exhaustMap() loses what was typed last while it saved', () =>
    runVirtual(async () => {
      const drafts = new Subject<string>();
      const saved: string[] = [];
      drafts.pipe(exhaustMap((text) => timer(5).pipe(map(() => text)))).subscribe((text) => saved.push(text));
      for (const text of ['a', 'ab', 'abc']) drafts.next(text);
      await pause(30);
      expect(saved).toEqual(['a']);
    }));

  it('rxtasks: keepLatestTask() saves it too, and nothing in between', () =>
    runVirtual(async () => {
      const drafts = new Subject<string>();
      const saved: string[] = [];
      drafts.pipe(keepLatestTask((text) => sleep(5, text))).subscribe((text) => saved.push(text));
      for (const text of ['a', 'ab', 'abc']) drafts.next(text);
      await pause(30);
      expect(saved).toEqual(['a', 'abc']);
    }));

  it('rxtasks: keepingLatest() does it for the calls of a function, one slot for each document', () =>
    runVirtual(async () => {
      const saved: string[] = [];
      const save = keepingLatest(
        async (document: number, text: string) => {
          await sleep(5);
          saved.push(`${document} ${text}`);
        },
        { key: (document) => document },
      );
      for (const text of ['a', 'ab']) save(1, text);
      for (const text of ['x', 'xy', 'xyz']) save(2, text);
      await sleep(30);
      expect(saved).toEqual(['1 a', '2 x', '1 ab', '2 xyz']);
    }));
});
