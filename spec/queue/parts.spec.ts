import { Parts, inParts } from '../../lib/queue/parts.js';

function roundTrip(texts: string[]): string[] {
  const whole: string[] = [];
  const parts = new Parts((text) => whole.push(text));
  for (const text of texts) for (const part of inParts(text)) parts.add(part);
  return whole;
}

describe('parts of a text', () => {
  it.each([
    ['nothing', ''],
    ['a short text', '{"id":"1"}'],
    ['plain text', 'x'.repeat(30_000)],
    ['characters of two, three and four bytes', 'ä€😀x'.repeat(10_000)],
    ['pairs of surrogates at every border', `x${'😀'.repeat(20_000)}`],
  ])('are put together again: %s', (_what, text) => {
    expect(roundTrip([text, 'next', text])).toEqual([text, 'next', text]);
  });

  it.each(['x', 'ä', '€', '😀', 'x😀'])('are smaller than PostgreSQL allows: of %s', (text) => {
    const parts = inParts(text.repeat(20_000));
    expect(parts.length).toBeGreaterThan(1);
    expect(Math.max(...parts.map((part) => Buffer.byteLength(part)))).toBeLessThan(8000);
  });
});
