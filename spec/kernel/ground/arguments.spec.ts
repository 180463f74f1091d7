import {
  assertCount,
  assertFunction,
  assertNumber,
  assertOneOf,
  refusal,
} from '../../../lib/kernel/ground/arguments.js';

describe('assertNumber', () => {
  it('takes every number but NaN', () => {
    for (const value of [0, -1, 1.5, Infinity]) assertNumber('f(n)', 'a number', value, 'pass one');
  });

  it('refuses another type as a TypeError and NaN as a RangeError', () => {
    expect(() => assertNumber('f(n)', 'a number', '1', 'pass one')).toThrow(
      new TypeError('f(n): expected a number, got "1" (string); pass one'),
    );
    expect(() => assertNumber('f(n)', 'a number', '1', 'pass one')).toThrow(TypeError);
    expect(() => assertNumber('f(n)', 'a number', NaN, 'pass one')).toThrow(RangeError);
  });
});

describe('refusal', () => {
  it('names the call, what was expected, what came and what to do', () => {
    expect(refusal('f(x)', 'a Lock', null, 'leave it out')).toBe('f(x): expected a Lock, got null; leave it out');
  });

  it('is without a cure where there is nothing else to say', () => {
    expect(refusal('f(x)', 'a Lock', 5)).toBe('f(x): expected a Lock, got 5 (number)');
  });
});

describe('assertFunction', () => {
  it('takes functions of every kind and refuses the rest', () => {
    for (const fn of [() => {}, function* () {}, async () => {}, class {}]) assertFunction('f(fn)', 'a function', fn);
    expect(() => assertFunction('f(fn)', 'a function', {}, 'pass one')).toThrow(
      new TypeError('f(fn): expected a function, got {}; pass one'),
    );
  });
});

describe('assertCount', () => {
  it('takes whole numbers from the least one on, and nothing at all', () => {
    for (const value of [undefined, 1, 7]) assertCount('f(options)', 'limit', 1, value);
    expect(() => assertCount('f(options)', 'limit', 1, '1')).toThrow(
      new TypeError('f(options): expected limit to be a number, got "1" (string)'),
    );
    for (const value of [0, 1.5, NaN, Infinity]) {
      expect(() => assertCount('f(options)', 'limit', 1, value)).toThrow(
        new RangeError(`f(options): expected limit to be a whole number from 1, got ${value}`),
      );
    }
  });
});

describe('assertOneOf', () => {
  it('takes the words given, and nothing at all', () => {
    for (const value of [undefined, 'a', 'b']) assertOneOf('f(options)', 'kind', ['a', 'b'], value);
    expect(() => assertOneOf('f(options)', 'kind', ['a', 'b'], 'c')).toThrow(
      new TypeError(`f(options): expected kind to be 'a' or 'b', got "c" (string)`),
    );
  });
});
