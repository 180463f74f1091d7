import fc from 'fast-check';

import { drawLanes } from '../../../lib/testing/lanes/draw-lanes.js';
import type { LaneEvent } from '../../../lib/testing/lanes/lane.js';
import { parseLane } from '../../../lib/testing/lanes/parse-lane.js';

/** Each line as it is drawn again, below each other. */
function redraw(...lines: string[]): string[] {
  return [...drawLanes(lines.map((line) => parseLane('', line))).lines];
}

describe('Lanes that are drawn', () => {
  it('look as they are written', () => {
    for (const lane of ['--s--p-(r|)', 's--!~~x', 's----!-a--(r|)', '(!x)', 's-(ab)-#', 's--a']) {
      expect(redraw(lane)).toEqual([lane]);
    }
  });

  it('stand one below the other, what happens in the same ms in the same column', () => {
    expect(redraw('s--(r|)', 's---a-(r|)')).toEqual(['s--(r|)', 's---a-(r|)']);
    expect(redraw('s 100ms a|', 's 50ms a 49ms b|')).toEqual(['s 50ms - 49ms a|', 's 50ms a 49ms b|']);
    expect(redraw('s-|', 's 100ms |')).toEqual(['s-|', 's-- 98ms |']);
  });

  it('join by + what happens in the same ms when there is no time for a group', () => {
    expect(redraw('s+a-b', 's--c')).toEqual(['s+a-b-', 's  --c']);
  });

  it('write long times out, and short ones as dashes', () => {
    expect(redraw('s 23ms |')).toEqual([`s${'-'.repeat(23)}|`]);
    expect(redraw('s 24ms |')).toEqual(['s 24ms |']);
    expect(redraw('s--! 30ms x')).toEqual(['s--!~ 29ms x']);
    expect(redraw('s--!- 30ms x')).toEqual(['s--!- 30ms x']);
  });

  it('know the column of a frame', () => {
    const drawing = drawLanes([parseLane('', 's 100ms a')], [50]);
    expect(drawing.lines).toEqual(['s 49ms - 50ms a']);
    expect([drawing.columnOf(0), drawing.columnOf(50), drawing.columnOf(101)]).toEqual([0, 7, 14]);
  });

  const step = fc.record({ pause: fc.constantFrom(0, 0, 1, 2, 3, 7, 40), mark: fc.constantFrom('a', 'b', '!') });
  const end = fc.record({ pause: fc.constantFrom(0, 1, 2, 50), mark: fc.constantFrom('|', 'r+|', '#', 'x', '') });
  const written = fc
    .tuple(fc.constantFrom(0, 1, 30), fc.array(step, { maxLength: 6 }), end)
    .map(([at, steps, last]) => {
      let lane = `${at}ms s`;
      for (const { pause, mark } of [...steps, last]) {
        if (mark === '') continue;
        lane += pause === 0 ? `+${mark}` : pause === 1 ? ` ${mark}` : ` ${pause - 1}ms ${mark}`;
      }
      return lane;
    });

  it('can be read back, all of them, alone and beside others', () => {
    const events = (line: string): LaneEvent[] => [...parseLane('', line).events];
    fc.assert(
      fc.property(written, written, (one, other) => {
        const [first, second] = redraw(one, other) as [string, string];
        expect(events(first)).toEqual(events(one));
        expect(events(second)).toEqual(events(other));
        expect(events(redraw(one)[0] as string)).toEqual(events(one));
      }),
      { numRuns: 300 },
    );
  });
});
