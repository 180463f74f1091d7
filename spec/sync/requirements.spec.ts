import { requireNumber, wrong } from '../../lib/sync/requirements.js';

describe('requireNumber', () => {
  it('takes every number but NaN', () => {
    for (const value of [0, -1, 1.5, Infinity]) requireNumber('f(n)', 'a number', value, 'pass one');
  });

  it('refuses another type as a TypeError and NaN as a RangeError', () => {
    expect(() => requireNumber('f(n)', 'a number', '1', 'pass one')).toThrow(
      new TypeError('f(n): expected a number, got "1" (string); pass one'),
    );
    expect(() => requireNumber('f(n)', 'a number', '1', 'pass one')).toThrow(TypeError);
    expect(() => requireNumber('f(n)', 'a number', NaN, 'pass one')).toThrow(RangeError);
  });
});

describe('wrong', () => {
  it('names the call, what was expected, what came and what to do', () => {
    expect(wrong('f(x)', 'a Lock', null, 'leave it out')).toBe('f(x): expected a Lock, got null; leave it out');
  });
});
