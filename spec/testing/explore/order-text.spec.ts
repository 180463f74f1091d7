import { ordersText } from '../../../lib/testing/explore/order-text.js';

const steps = (text: string) => text.split(' ');

describe('ordersText', () => {
  it('gives each task a lane and each step a column, timers and callbacks last', () => {
    const usual = steps('main:1 callback:1 timer:1 a:1 main:2');
    const found = steps('main:1 timer:1 callback:1 a:1 main:2');
    expect(ordersText({ usual, found, moved: new Set(['callback:1']), recipes: new Map() })).toEqual([
      'usually   main      1 . . . 2',
      '          a         . . . 1 .',
      '          timer     . . 1 . .',
      '          callback  . 1 . . .',
      'here      main      1 . . . 2',
      '          a         . . . 1 .',
      '          timer     . 1 . . .',
      '          callback  . . 1 . .',
      '                        ^',
    ]);
  });

  it('says of tasks without a name what they run', () => {
    const usual = steps('Task-1:1 b:1');
    const text = ordersText({
      usual,
      found: [...usual].reverse(),
      moved: new Set(),
      recipes: new Map([
        ['Task-1', 'work()'],
        ['b', 'work()'],
      ]),
    });
    expect(text.slice(0, 2)).toEqual(['usually   Task-1 work()  1 .', '          b              . 1']);
  });

  it('shows of long orders what surrounds the first difference', () => {
    const usual = Array.from({ length: 100 }, (_, i) => `a:${i + 1}`);
    const found = [...usual.slice(0, 50), 'a:52', 'a:51', ...usual.slice(52)];
    const text = ordersText({ usual, found, moved: new Set(['a:51']), recipes: new Map() });
    expect(text).toHaveLength(3);
    expect(text[0]).toMatch(/^usually {3}a {2}… 43 44 45 46 47 48 49 50 51 52 .* 72 …$/);
    expect(text[1]).toMatch(/^here {6}a {2}… 43 44 45 46 47 48 49 50 52 51 .* 72 …$/);
    expect(text[2]?.indexOf('^')).toBe(text[1]?.indexOf(' 51') === undefined ? -1 : text[1].indexOf(' 51') + 2);
  });

  it('shows two orders that are the same once', () => {
    const usual = steps('main:1 a:1');
    expect(ordersText({ usual, found: usual, moved: new Set(), recipes: new Map() })).toEqual([
      'usually   main  1 .',
      '          a     . 1',
    ]);
  });
});
