import { CancelledError, Event, createTask, getEventLoop } from 'rxtasks';
import { errorOf, virtually } from './virtual.js';

describe('Event', () => {
  it('wakes all who wait in order, and lets whoever comes later pass at once [EventTests.test_wait]', () =>
    virtually(function* () {
      const event = new Event();
      const passed: number[] = [];
      const waiter = (number: number) =>
        createTask(function* () {
          if (yield* event.wait()) passed.push(number);
        });
      const first = waiter(1);
      const second = waiter(2);
      yield;
      expect(passed).toEqual([]);
      const third = waiter(3);
      event.set();
      yield;
      expect(passed).toEqual([3, 1, 2]);
      for (const task of [first, second, third]) expect(task.result()).toBeUndefined();
    }));

  it('does not wait when it is set, and gives true [EventTests.test_wait_on_set]', () =>
    virtually(function* () {
      const event = new Event();
      event.set();
      let turned = false;
      getEventLoop().callSoon(() => (turned = true));
      expect(yield* event.wait()).toBe(true);
      expect(turned).toBe(false);
    }));

  it('takes a cancelled waiter out of the queue [EventTests.test_wait_cancel]', () =>
    virtually(function* () {
      const event = new Event();
      const task = createTask(event.wait());
      getEventLoop().callSoon(() => task.cancel());
      expect(yield* errorOf(task)).toBeInstanceOf(CancelledError);
      expect(String(event)).toBe('<Event unset>');
    }));

  it('is unset at first, set by set() and unset again by clear() [EventTests.test_clear]', () => {
    const event = new Event();
    expect(event.isSet()).toBe(false);
    event.set();
    expect(event.isSet()).toBe(true);
    event.clear();
    expect(event.isSet()).toBe(false);
  });

  it('lets those that set() woke pass, though it is cleared before they run [EventTests.test_clear_with_waiters]', () =>
    virtually(function* () {
      const event = new Event();
      const task = createTask(event.wait());
      yield;
      event.set();
      event.clear();
      expect(event.isSet()).toBe(false);
      event.set();
      event.set();
      expect(String(event)).toBe('<Event set waiters=1>');
      event.clear();
      yield;
      expect(String(event)).toBe('<Event unset>');
      expect(task.result()).toBe(true);
    }));

  it('makes whoever comes after clear() wait for the next set()', () =>
    virtually(function* () {
      const event = new Event();
      event.set();
      event.clear();
      const task = createTask(event.wait());
      yield;
      expect(task.done()).toBe(false);
      event.set();
      yield;
      expect(task.done()).toBe(true);
    }));

  it('skips a waiter that is cancelled in the same turn', () =>
    virtually(function* () {
      const event = new Event();
      const cancelled = createTask(event.wait());
      const other = createTask(event.wait());
      yield;
      cancelled.cancel();
      event.set();
      yield;
      expect(cancelled.cancelled()).toBe(true);
      expect(other.result()).toBe(true);
    }));

  it('shows its state and its waiters', () =>
    virtually(function* () {
      const event = new Event();
      expect(String(event)).toBe('<Event unset>');
      createTask(event.wait());
      yield;
      expect(String(event)).toBe('<Event unset waiters=1>');
      event.set();
      yield;
      expect(String(event)).toBe('<Event set>');
    }));
});
