import fc from 'fast-check';
import { EmptyError, Observable, type SchedulerLike, Subject, VirtualTimeScheduler } from 'rxjs';
import { EventLoop, type ExceptionContext } from 'rxtasks';

/** When a source emits, and how it ends; times in ms after what came before, 0: in the same breath. */
export interface Schedule {
  readonly delays: readonly number[];
  readonly end: 'complete' | 'error' | 'never';
  readonly endDelay: number;
}

// Few different times, so that many things happen at the same moment.
const delay = fc.oneof(
  { weight: 2, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 6 }) },
);

/** Random schedules: synchronous and delayed, empty, failing, and sometimes without an end. */
export const schedules: fc.Arbitrary<Schedule> = fc.record({
  delays: fc.array(delay, { maxLength: 4 }),
  end: fc.oneof(
    { weight: 6, arbitrary: fc.constant('complete' as const) },
    { weight: 3, arbitrary: fc.constant('error' as const) },
    { weight: 1, arbitrary: fc.constant('never' as const) },
  ),
  endDelay: delay,
});

/** The error of the source `name`. */
export class SourceError extends Error {}

/** A cold source that emits `<name>0`, `<name>1`, … by `schedule`. */
export function cold(name: string, schedule: Schedule, scheduler: SchedulerLike): Observable<string> {
  return new Observable<string>((subscriber) => {
    let index = 0;
    const next = (): void => {
      while (!subscriber.closed) {
        const ends = index === schedule.delays.length;
        const ms = ends ? schedule.endDelay : schedule.delays[index]!;
        if (ms > 0) {
          subscriber.add(scheduler.schedule(() => step(ends), ms));
          return;
        }
        if (!emit(ends)) return;
      }
    };
    const step = (ends: boolean): void => {
      if (emit(ends)) next();
    };
    const emit = (ends: boolean): boolean => {
      if (!ends) {
        subscriber.next(`${name}${index++}`);
        return true;
      }
      if (schedule.end === 'complete') subscriber.complete();
      else if (schedule.end === 'error') subscriber.error(new SourceError(name));
      return false;
    };
    next();
  });
}

/** A hot source by `schedule`, which begins now. */
export function hot(name: string, schedule: Schedule, scheduler: SchedulerLike): Observable<string> {
  const subject = new Subject<string>();
  // A moment later, so that whoever subscribes now misses nothing.
  scheduler.schedule(() => cold(name, schedule, scheduler).subscribe(subject), 1);
  return subject;
}

/** A loop in virtual time; what it reports is dropped, since in the laws both sides fail. */
export function virtualTime(): { scheduler: VirtualTimeScheduler; loop: EventLoop; reported: ExceptionContext[] } {
  const scheduler = new VirtualTimeScheduler();
  const loop = new EventLoop({ scheduler });
  const reported: ExceptionContext[] = [];
  loop.setExceptionHandler((_loop, context) => reported.push(context));
  return { scheduler, loop, reported };
}

/** What an Observable did, with the times: values, then an error or the end. */
export function record(source: Observable<unknown>, scheduler: SchedulerLike): unknown[] {
  const seen: unknown[] = [];
  source.subscribe({
    next: (value) => seen.push({ at: scheduler.now(), value }),
    error: (error: unknown) => seen.push({ at: scheduler.now(), error: told(error) }),
    complete: () => seen.push({ at: scheduler.now(), complete: true }),
  });
  return seen;
}

/** An error as something to compare: EmptyError and CancelledError are made anew for each who looks. */
export function told(error: unknown): unknown {
  if (error instanceof EmptyError) return 'EmptyError'; // ours names the task and the cure
  return error instanceof SourceError ? error : String(error);
}

/** How often each law is tried, and with which random numbers; a failure prints the seed, too. */
export const runs = { numRuns: 300, seed: 20_261_121 } as const;
