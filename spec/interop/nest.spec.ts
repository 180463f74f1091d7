import { runProgram } from './run-program.js';

interface Found {
  readonly quick: unknown;
  readonly failing: number;
  readonly report: string[];
  readonly payment: string[];
  readonly thenable: string[];
  readonly task: string[];
  readonly left: number;
}

describe('a NestJS controller', () => {
  let found: Found;

  beforeAll(async () => {
    found = await runProgram<Found>('nest');
  });

  it('answers with the result of a coroutine, or with its failure', () => {
    expect(found.quick).toEqual({ name: 'quick' });
    expect(found.failing).toBe(500);
  });

  it('that returns coroutine.asObservable() ends the work, clean-up included, when the client goes away', () => {
    expect(found.report).toEqual(['report starts', 'report cancelled', 'report clean']);
  });

  it('shields work on purpose: it runs to its end although the client has gone', () => {
    expect(found.payment).toEqual(['payment starts', 'payment ends', 'payment clean']);
  });

  it('that returns a promise, of a coroutine or of a task, has its work run on, whatever the client does', () => {
    expect(found.thenable).toEqual(['thenable starts', 'thenable ends', 'thenable clean']);
    expect(found.task).toEqual(['task starts', 'task ends', 'task clean']);
  });

  it('leaves no task behind', () => {
    expect(found.left).toBe(0);
  });
});
