import fc from 'fast-check';
import type { Observable } from 'rxjs';
import {
  combineLatest,
  concat,
  concatMap,
  exhaustMap,
  finalize,
  merge,
  mergeMap,
  race,
  retry,
  share,
  shareReplay,
  switchMap,
  takeUntil,
  timeout,
  using,
  zip,
} from 'rxjs';
import { type EventLoop, coroutine, createTask, getRunningLoop, sleep } from 'rxtasks';
import { type Schedule, cold, runs, schedules, virtualTime } from './schedules.js';

/** A pipeline as data, so that the same one can be built twice. */
type Recipe =
  | { readonly kind: 'source'; readonly schedule: Schedule }
  | { readonly kind: 'coroutine'; readonly ms: number }
  | { readonly kind: keyof typeof joins; readonly parts: readonly Recipe[] }
  | { readonly kind: keyof typeof maps; readonly source: Recipe; readonly parts: readonly Recipe[] }
  | { readonly kind: keyof typeof wraps; readonly source: Recipe; readonly other: Recipe };

const joins = { merge, concat, race, zip, combineLatest: (...parts: Observable<unknown>[]) => combineLatest(parts) };
type Join = (...parts: Observable<unknown>[]) => Observable<unknown>;
const maps = { switchMap, mergeMap, concatMap, exhaustMap };

const wraps = {
  takeUntil: (source: Observable<unknown>, other: Observable<unknown>) => source.pipe(takeUntil(other)),
  retry: (source: Observable<unknown>) => source.pipe(retry(1)),
  share: (source: Observable<unknown>) => source.pipe(share()),
  shareReplay: (source: Observable<unknown>) => source.pipe(shareReplay({ bufferSize: 1, refCount: true })),
  timeout: (source: Observable<unknown>, other: Observable<unknown>, loop: EventLoop) =>
    source.pipe(timeout({ each: 3, with: () => other, scheduler: loop.scheduler })),
};

const { recipe } = fc.letrec<{ recipe: Recipe }>((tie) => {
  const parts = fc.array(tie('recipe'), { minLength: 1, maxLength: 3 });
  return {
    recipe: fc.oneof(
      { maxDepth: 4, depthSize: 'small', withCrossShrink: true },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('source' as const), schedule: schedules }) },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant('coroutine' as const), ms: fc.nat(8) }),
      },
      { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom(...keys(joins)), parts }) },
      { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom(...keys(maps)), source: tie('recipe'), parts }) },
      {
        weight: 2,
        arbitrary: fc.record({ kind: fc.constantFrom(...keys(wraps)), source: tie('recipe'), other: tie('recipe') }),
      },
    ),
  };
});

function keys<T extends object>(object: T): (keyof T)[] {
  return Object.keys(object) as (keyof T)[];
}

/** Builds pipelines whose every part notes when it is torn down, or cleans up, and as which subscription. */
class Builder {
  readonly notes: string[] = [];
  readonly #loop: EventLoop;
  readonly #subscriptions = new Map<string, number>();

  constructor(loop: EventLoop) {
    this.#loop = loop;
  }

  build(recipe: Recipe, name = ''): Observable<unknown> {
    const built = this.#build(recipe, name).pipe(finalize(() => this.#note(`finalize ${name}${recipe.kind}`)));
    return using(
      () => {
        const nth = (this.#subscriptions.get(name) ?? 0) + 1;
        this.#subscriptions.set(name, nth);
        return { unsubscribe: () => this.#note(`dispose ${name}${recipe.kind} #${nth}`) };
      },
      () => built,
    );
  }

  #build(recipe: Recipe, name: string): Observable<unknown> {
    const { scheduler } = this.#loop;
    if (recipe.kind === 'source') return cold(`${name}/`, recipe.schedule, scheduler);
    if (recipe.kind === 'coroutine') return this.#coroutine(name, recipe.ms);
    if ('parts' in recipe) {
      const parts = recipe.parts.map((part, i) => this.build(part, `${name}${i}.`));
      if (!('source' in recipe)) return (joins as Record<string, Join>)[recipe.kind]!(...parts);
      const source = this.build(recipe.source, `${name}s.`);
      const map = maps[recipe.kind] as typeof switchMap;
      return source.pipe(map((_value: unknown, i: number) => parts[i % parts.length]!));
    }
    return wraps[recipe.kind](
      this.build(recipe.source, `${name}s.`),
      this.build(recipe.other, `${name}o.`),
      this.#loop,
    );
  }

  #coroutine(name: string, ms: number): Observable<unknown> {
    const note = (what: string) => this.#note(what);
    return coroutine(function* () {
      try {
        yield* sleep(ms);
        return name;
      } finally {
        note(`finally ${name}`);
        yield* sleep(0);
        note(`clean ${name}`);
      }
    })();
  }

  #note(what: string): void {
    this.notes.push(`${what} at ${this.#loop.time()}`);
  }
}

describe('cancel() of a task over an Observable', () => {
  it('runs exactly the teardowns that unsubscribe() would, in the same order at the same times', () => {
    let tornDown = 0;
    fc.assert(
      fc.property(recipe, fc.nat(15), (recipe, moment) => {
        // Between two milliseconds: what else happens at the moment of the cancellation is not in question here.
        const at = moment + 0.5;

        const asTask = virtualTime();
        const ofTask = new Builder(asTask.loop);
        const task = createTask(ofTask.build(recipe), { loop: asTask.loop });
        asTask.loop.callAt(at, () => task.cancel());
        asTask.scheduler.flush();

        const asSubscription = virtualTime();
        const ofSubscription = new Builder(asSubscription.loop);
        asSubscription.loop.callSoon(() => {
          const subscription = ofSubscription.build(recipe).subscribe({ error: () => {} });
          getRunningLoop().callAt(at, () => subscription.unsubscribe());
        });
        asSubscription.scheduler.flush();

        expect(ofTask.notes).toEqual(ofSubscription.notes);
        if (ofTask.notes.some((note) => note.endsWith(` at ${at}`))) tornDown++;
      }),
      runs,
    );
    expect(tornDown).toBeGreaterThan(50);
  });
});
