import { requireNumber, wrong } from '../../lib/sync/requirements.js';

describe('requireNumber', () => {
  it('takes every number but NaN', () => {
    for (const value of [0, -1, 1.5, Infinity]) requireNumber('f(n)', 'a number', value, 'pass one');
  });

  it('refuses another type as a TypeError and NaN as a RangeError', () => {
    expect(() => requireNumber('f(n)', 'a number', '1', 'pass one')).toThrow(
      new TypeError('f(n) expects a number, got "1"; pass one'),
    );
    expect(() => requireNumber('f(n)', 'a number', '1', 'pass one')).toThrow(TypeError);
    expect(() => requireNumber('f(n)', 'a number', NaN, 'pass one')).toThrow(RangeError);
  });
});

describe('wrong', () => {
  it.each([
    [null, 'null'],
    [undefined, 'undefined'],
    [5n, '5n'],
    [Symbol('s'), 'Symbol(s)'],
    [[1], 'an array'],
    [{}, 'an object'],
    [Object.create(null), 'an object'],
    [new Map(), 'an instance of Map'],
    [function work() {}, 'the function work'],
    [() => 1, 'a function'],
  ])('names what came: %p', (value, name) => {
    expect(wrong('f(x)', 'something else', value, 'pass that')).toBe(
      `f(x) expects something else, got ${name}; pass that`,
    );
  });
});
