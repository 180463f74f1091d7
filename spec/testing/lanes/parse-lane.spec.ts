import { parseLane } from '../../../lib/testing/lanes/parse-lane.js';
import { thrownBy } from '../../support/virtual.js';

const call = 'toBe(lane)';

/** The events of a lane as short texts: `5 reported 1`. */
function read(lane: string, values?: Record<string, unknown>, error?: unknown): string[] {
  return parseLane(call, lane, values, error).events.map(({ frame, kind, ...rest }) =>
    ['value' in rest ? `${frame} ${kind} ${String(rest.value)}` : `${frame} ${kind}`].join(''),
  );
}

/** What is said of a lane that is none. */
function refusal(lane: string, values?: Record<string, unknown>): string {
  const error = thrownBy(() => parseLane(call, lane, values)) as Error;
  expect(error).toBeInstanceOf(SyntaxError);
  return error.message;
}

describe('A lane', () => {
  it('is read a character a millisecond: start, reports, end', () => {
    expect(read('--s--p---|')).toEqual(['2 started', '5 reported p', '9 finished undefined']);
    expect(read('s-#')).toEqual(['0 started', '2 failed error']);
    expect(read('s--!~~x')).toEqual(['0 started', '3 cancel requested', '6 cancelled']);
    expect(read('(!x)')).toEqual(['0 cancel requested', '0 cancelled']);
    expect(read('')).toEqual([]);
  });

  it('has values for its letters and an error for #, as in marble diagrams', () => {
    expect(read('s-1-#', { 1: 'one' }, 'boom')).toEqual(['0 started', '2 reported one', '4 failed boom']);
  });

  it('finishes with the letter that stands right before | in the same moment', () => {
    expect(read('s-(r|)')).toEqual(['0 started', '2 finished r']);
    expect(read('s-(pr|)')).toEqual(['0 started', '2 reported p', '2 finished r']);
    expect(read('s-r+|')).toEqual(['0 started', '2 finished r']);
    expect(read('s-r|')).toEqual(['0 started', '2 reported r', '3 finished undefined']);
    expect(read('(s|)')).toEqual(['0 started', '0 finished undefined']);
  });

  it('counts the characters of a group as time, as marble diagrams do, and `+` as none', () => {
    expect(read('(sa)b')).toEqual(['0 started', '0 reported a', '4 reported b']);
    expect(read('s+a+b-c')).toEqual(['0 started', '0 reported a', '0 reported b', '2 reported c']);
    expect(read('s + a')).toEqual(['0 started', '0 reported a']);
  });

  it('takes time between spaces, and nothing for spaces', () => {
    expect(read('s 10ms a 2s b 1m |')).toEqual([
      '0 started',
      '11 reported a',
      '2012 reported b',
      '62013 finished undefined',
    ]);
    expect(read('1.5ms s - a 3ms')).toEqual(['1.5 started', '3.5 reported a']);
    expect(read('  s  -  |  ')).toEqual(['0 started', '2 finished undefined']);
  });

  it('starts the clock at ^', () => {
    expect(read('---^-s')).toEqual(['2 started']);
  });

  it('tells what is claimed of the time after a request to cancel', () => {
    expect(parseLane(call, 's--!~-~|').claims).toEqual([
      { frame: 4, kind: 'cleaning up' },
      { frame: 5, kind: 'waiting' },
      { frame: 6, kind: 'cleaning up' },
    ]);
    expect(parseLane(call, 's--! 5ms x').claims).toEqual([]);
  });
});

describe('What is no lane is refused with its position:', () => {
  it('an unknown mark, with the marks that there are', () => {
    const message = refusal('s--?|');
    expect(message).toMatch(/^toBe\(lane\): unknown mark '\?', at position 3\n\n {2}s--\?\|\n {5}\^\n/);
    expect(message).toContain('`s` start');
  });

  it.each([
    ['a group that is not closed', 's-(r|', 2, "this group is not closed: a ')' is missing"],
    ['a group in a group', 's(a(b))', 3, 'a group cannot stand in another'],
    ['an empty group', 's-()', 2, 'this group is empty'],
    ['a bracket that closes nothing', 's-r)', 3, "this ')' closes no group"],
    ['waiting in a group', 's(a-|)', 3, "'-' cannot stand in a group, which is one moment"],
    ['time in a group', 's( 10ms |)', 3, 'time cannot pass in a group, which is one moment'],
    ['a second start', 's--s', 3, "a second 's': a task starts once"],
    ['a mark after the end', 's-|-', 3, "'-' comes after the end of the task"],
    ['a second end', 's-(|x)', 4, "'x' comes after the end of the task"],
    ['a result without a start', '--(r|)', 4, "a task ends like that only after its start: an 's' before is missing"],
    ['a failure without a start', '--#', 2, "a task ends like that only after its start: an 's' before is missing"],
    ['clean-up without a request', 's--~x', 3, "'~' is clean-up after a request to cancel: a '!' before it is missing"],
    ['a + without a mark before', 's-+a', 2, "'+' adds a mark to the one before it: there is none"],
    ['a + without a mark after', 's+-a', 1, "'+' adds a mark to the one before it: no mark follows"],
    ['a + at the end', 's+', 1, "'+' adds a mark to the one before it: none follows"],
    ['a + in a group', '(s+a)', 2, "'+' cannot stand in a group, whose marks belong together anyway"],
    ['a second zero', '^-^', 2, "a second '^': the clock starts once"],
    ['a mark before zero', 's-^', 2, "'^' is where the clock starts: no mark can stand before it"],
  ])('%s', (_what, lane, position, said) => {
    expect(refusal(lane)).toBe(`toBe(lane): ${said}, at position ${position}\n\n  ${lane}\n  ${' '.repeat(position)}^`);
  });

  it('a letter that has no value among those that were given', () => {
    expect(refusal('s-a-b', { a: 1 })).toContain("there is no 'b' among the values that were given, at position 4");
  });

  it('time without the spaces around it, with a hint', () => {
    expect(refusal('s-10ms-s|')).toContain('time that passes is written between spaces: ` 10ms `');
    expect(refusal('s 10ms-s|')).toContain('time that passes is written between spaces');
    expect(refusal('s--s')).not.toContain('between spaces');
  });

  it('what is no string', () => {
    expect(() => parseLane(call, 5 as never)).toThrow(
      new TypeError('toBe(lane): expected a diagram, a string, got 5 (number)'),
    );
  });
});
