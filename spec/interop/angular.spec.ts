import { runProgram } from './run-program.js';

interface Found {
  readonly signals: {
    readonly before: string;
    readonly after: string;
    readonly task: string;
    readonly progress: string;
    readonly quiet: string;
    readonly thrown: string;
  };
  readonly pipes: {
    readonly first: string | null;
    readonly second: string | null;
    readonly marks: string[];
    readonly value: string | null;
    readonly handled: string[];
  };
  readonly events: string[];
}

describe('Angular', () => {
  let found: Found;

  beforeAll(async () => {
    found = await runProgram<Found>('angular');
  });

  describe('toSignal', () => {
    it('gives the result of a coroutine, of a task, and the progress of one', () => {
      expect(found.signals).toMatchObject({
        before: 'loading',
        after: 'signal loaded',
        task: 'task loaded',
        progress: 'half',
      });
    });

    it('over a coroutine cancels it when the component goes, clean-up included; a task it only stops watching', () => {
      expect(found.events).toContain('left cancelled');
      expect(found.events.indexOf('left clean')).toBeGreaterThan(found.events.indexOf('left cancelled'));
      expect(found.events).not.toContain('task cancelled');
    });

    it('throws the CancelledError of a task, unless it is ignored', () => {
      expect(found.signals.quiet).toBe('none');
      expect(found.signals.thrown).toBe('CancelledError: by the user');
    });
  });

  describe('the async pipe', () => {
    it('over coroutine.asObservable() gives the result, and marks the view', () => {
      expect(found.pipes).toMatchObject({ first: null, second: 'piped loaded' });
      expect(found.pipes.marks).toContain('observable');
    });

    it('over coroutine.asObservable() cancels the work when the view goes, clean-up included', () => {
      expect(found.events).toContain('piped and left cancelled');
      expect(found.events).toContain('piped and left clean');
    });

    it('takes a bare coroutine for a promise, which the view cannot stop', () => {
      expect(found.events).toContain('thenable clean');
      expect(found.events).not.toContain('thenable cancelled');
    });

    it('over task.pipe(ignoreCancelled()) shows nothing of a cancelled task; over the task its error goes to the handler', () => {
      expect(found.pipes.value).toBeNull();
      expect(found.pipes.handled).toEqual(['CancelledError: by the user']);
    });
  });
});
