import path from 'node:path';
import { runScenario } from '../support/scenario.js';

const scenario = (name: string, at?: readonly string[]) =>
  runScenario(path.join(__dirname, 'interrupt.scenarios.ts'), name, 'SIGINT', at);

describe('SIGINT while run() runs', () => {
  let lines: ReadonlyMap<string, string>;

  beforeAll(async () => {
    const ended = await scenario('handled');
    expect({ ...ended, lines: [] }).toMatchObject({ status: 0, errors: '' });
    lines = new Map(ended.lines.map((line) => line.split(': ', 2) as [string, string]));
  });

  it('cancels main, also one that never waits for anything; its clean-up runs, then run() ends with KeyboardInterrupt [RunnerTests.test_interrupt_call_soon]', () => {
    expect(lines.get('busy')).toBe('main got CancelledError by SIGINT, cleaned up, error KeyboardInterrupt');
  });

  it('cancels what main waits for [RunnerTests.test_interrupt_wait]', () => {
    expect(lines.get('waiting')).toBe('error KeyboardInterrupt, the future is cancelled');
  });

  it('does not hide that main had been cancelled before [RunnerTests.test_interrupt_cancelled_task]', () => {
    expect(lines.get('already cancelled')).toBe('error CancelledError');
  });

  it('cancels an async function where it awaits', () => {
    expect(lines.get('async function')).toBe('error KeyboardInterrupt');
  });

  it('gives the value of a main that catches the cancellation and returns', () => {
    expect(lines.get('answered')).toBe('value what there was so far');
  });

  it('is left to a listener of the user’s own', () => {
    expect(lines.get('left to the user')).toBe('value of main, which goes on; heard 1, listeners 1');
  });

  it('is left alone if handleSignals is false', () => {
    expect(lines.get('left alone')).toBe('value listeners 0');
  });

  it('counts anew in each run of a Runner, which does not listen in between', () => {
    expect(lines.get('two runs of a runner')).toBe(
      'listeners 1, error KeyboardInterrupt, between 0, listeners 1, error KeyboardInterrupt, between 0',
    );
  });

  it('is not listened to in a worker thread', () => {
    expect(lines.get('in a worker thread')).toBe('listeners 0');
  });

  it('is not listened to any more afterwards', () => {
    expect(lines.get('listeners in the end')).toBe('0');
  });
});

describe('SIGINT that nobody handles', () => {
  it('ends the process with status 130, after the clean-up of main and of all other tasks', async () => {
    const { status, signal, lines, errors } = await scenario('unhandled', ['ready']);
    expect({ status, signal, lines }).toEqual({
      status: 130,
      signal: null,
      lines: ['ready', 'child cleaned up', 'main left'],
    });
    expect(errors).toContain('KeyboardInterrupt: interrupted by SIGINT');
  });

  it('ends the process at once with status 130 when it comes a second time', async () => {
    const ended = await Promise.all(['twice', 'twiceInTheEnd'].map((name) => scenario(name, ['ready', 'cleaning up'])));
    for (const { status, signal, lines } of ended) {
      expect({ status, signal, lines }).toEqual({ status: 130, signal: null, lines: ['ready', 'cleaning up'] });
    }
  });
});
