import { ReportRelay } from '../../lib/queue/report-relay.js';

describe('ReportRelay', () => {
  const sent: [n: number, value: unknown][] = [];

  function relayOf(progress: 'latest' | 'all'): ReportRelay {
    sent.length = 0;
    return new ReportRelay(progress, (n, value) => sent.push([n, value]));
  }

  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('sends the first value at once, then the newest every 50 ms', () => {
    const relay = relayOf('latest');
    for (const value of ['a', 'b', 'c']) relay.report(value);
    expect(sent).toEqual([[1, 'a']]);
    jest.advanceTimersByTime(50);
    expect(sent).toEqual([
      [1, 'a'],
      [2, 'c'],
    ]);
    jest.advanceTimersByTime(200);
    relay.report('d');
    expect(sent.at(-1)).toEqual([3, 'd']);
    relay.end();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('counts a value that was not sent before the end: it goes with the outcome', () => {
    const relay = relayOf('latest');
    relay.report('a');
    relay.report('b');
    relay.end();
    expect([relay.count, relay.last, sent.length]).toEqual([2, 'b', 1]);
  });

  it('sends everything when everything is wanted', () => {
    const relay = relayOf('all');
    for (const value of ['a', 'b', 'c']) relay.report(value);
    relay.end();
    expect(sent).toEqual([
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
    ]);
    expect([relay.count, relay.last]).toEqual([3, 'c']);
  });
});
