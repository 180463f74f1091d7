import { runVirtual } from 'rxtasks/testing';
import { sleep } from 'rxtasks';

describe('Date and performance.now in runVirtual', () => {
  it('show its clock, from the given start on', async () => {
    const start = Date.UTC(2030, 0, 1);
    const seen = await runVirtual(
      async () => {
        await sleep(1500.5);
        return [new Date().toISOString(), Date.now() - start, performance.now(), new Date(Date()).getTime() - start];
      },
      { start },
    );
    expect(seen).toEqual(['2030-01-01T00:00:01.500Z', 1500, 1500.5, 1000]);
  });

  it('start at 0', async () => {
    expect(await runVirtual(async () => [Date.now(), performance.now(), new Date().getTime()])).toEqual([0, 0, 0]);
  });

  it('do everything else as ever', async () => {
    const before = new Date(5);
    await runVirtual(async () => {
      class Later extends Date {}
      const now = new Date();
      expect(now).toBeInstanceOf(Date);
      expect(before).toBeInstanceOf(Date);
      expect(now.constructor).toBe(Date);
      expect(new Later()).toBeInstanceOf(Later);
      expect(new Later().getTime()).toBe(0);
      expect(new Date(2020, 1, 2).getMonth()).toBe(1);
      expect(new Date('2020-02-02').toISOString()).toBe('2020-02-02T00:00:00.000Z');
      expect(Date.UTC(1970, 0, 1, 1)).toBe(3_600_000);
      expect(Date.parse('1970-01-01T00:00:01Z')).toBe(1000);
      expect([Date.name, Date.length]).toEqual(['Date', 7]);
    });
  });
});
