import { Event, allTasks, createTask, currentTask, isCancelled, run, sleep } from 'rxtasks';
import { describeRules } from './async-call-rules.js';
import { frameByFrame } from '../tasks/frame-by-frame.js';

const options = { asyncContext: false };

describe('without ambient context, by resultOf', () => {
  describeRules(options, (owner, source) => owner.resultOf(source));

  it('a bare await is not reached by a cancel: it ends when its future does, and the signal tells', () =>
    frameByFrame(async (main) => {
      const other = main.loop.createTask(sleep(50, 'value'));
      const task = main.loop.createTask(async (self) => [await other, self.signal.aborted]);
      await main.resultOf(sleep(1));
      task.cancel();
      await main.resultOf(sleep(10));
      expect(task.done()).toBe(false);
      expect(other.cancelling()).toBe(0);
      expect(await main.resultOf(task)).toEqual(['value', true]);
    }, options));

  it('a request that a bare await has missed is thrown by the next resultOf', () =>
    frameByFrame(async (main) => {
      const log: unknown[] = [];
      const task = main.loop.createTask(async (self) => {
        log.push(await main.loop.createTask(sleep(20, 'value')));
        await self.resultOf(sleep(0));
        log.push('went on');
      });
      await main.resultOf(sleep(1));
      task.cancel();
      expect(isCancelled(await main.resultOf(task).catch((error: unknown) => error))).toBe(true);
      expect(log).toEqual(['value']);
    }, options));

  it('there is no current task after an await', () =>
    frameByFrame(async () => {
      expect(currentTask()).not.toBeNull();
      await null;
      expect(currentTask()).toBeNull();
    }, options));

  it('a coroutine that is awaited barely runs as a task of its own', async () => {
    await run(async (main) => {
      await sleep(1);
      const event = new Event();
      const task = createTask(async () => {
        await event.wait();
      });
      await main.resultOf(sleep(2));
      expect(allTasks(main.loop).size).toBe(3);
      task.cancel();
      event.set();
      await main.resultOf(task);
      expect(task.cancelled()).toBe(false);
    }, options);
  });
});
