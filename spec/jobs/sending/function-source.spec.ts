import { createRequire } from 'node:module';
import { runInNewContext } from 'node:vm';
import { functionSource } from '../../../lib/jobs/sending/function-source.js';

type AnyFunction = (...args: unknown[]) => unknown;

/** A function as a module has it, untouched by what compiles this file. */
function made(text: string): AnyFunction {
  return (0, eval)(`'use strict'; (${text});`) as AnyFunction;
}

function accepted(fn: AnyFunction): AnyFunction {
  const { source } = functionSource('submit(fn, ...args)', fn);
  const evaluate = (0, eval)(`(require, __name) => { "use strict"; return (${source}); }`) as AnyFunction;
  const name = (target: object, value: string) => Object.defineProperty(target, 'name', { value, configurable: true });
  return evaluate(createRequire(__filename), name) as AnyFunction;
}

function refusal(fn: AnyFunction): string {
  try {
    functionSource('submit(fn, ...args)', fn);
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    return (error as TypeError).message;
  }
  throw new Error(`it was accepted: ${fn}`);
}

function way(name: string): string {
  return `put the function into a module: remote<typeof import('./work.js')>(new URL('./work.js', import.meta.url)).${name}`;
}

describe('functionSource', () => {
  afterEach(() => jest.restoreAllMocks());

  describe('gives an expression that evaluates to', () => {
    it.each([
      ['a function', 'function work(n) { return n + 1; }', 'work'],
      ['a function without name', 'function (n) { return n + 1; }', ''],
      ['an arrow', '(n) => n + 1', ''],
      ['an arrow that gives an object', '(n) => ({ n }).n + 1', ''],
      ['a function that calls itself', 'function f(n, m = 1) { return m === 0 ? n : f(n + 1, m - 1); }', 'f'],
      ['a method', '{ work(n) { return n + 1; } }.work', 'work'],
      ['a method of a class', 'class { static work(n) { return n + 1; } }.work', 'work'],
      ['a method called get', '{ get(n) { return n + 1; } }.get', 'get'],
      ['a method called set', '{ set(n) { return n + 1; } }.set', 'set'],
      ['a method called async', '{ async(n) { return n + 1; } }.async', 'async'],
      ['a method called static', '{ static(n) { return n + 1; } }.static', 'static'],
      ['a method called function', '{ function(n) { return n + 1; } }.function', 'function'],
      ['a method called class', '{ class(n) { return n + 1; } }.class', 'class'],
      ['a method called constructor', '{ constructor(n) { return n + 1; } }.constructor', 'constructor'],
      ['a method called __proto__', '{ __proto__(n) { return n + 1; } }.__proto__', '__proto__'],
      ['a method with a quoted name', `{ 'a "b"'(n) { return n + 1; } }['a "b"']`, 'a "b"'],
      ['a method with a computed name', '{ ["a" + 1](n) { return n + 1; } }.a1', 'a1'],
      [
        'a method with a symbol for a name',
        '{ [Symbol.iterator](n) { return n + 1; } }[Symbol.iterator]',
        '[Symbol.iterator]',
      ],
      ['a method with comments', '{ /* a */ work /* b */ (n /* c */) { return n + 1; } }.work', 'work'],
    ])('%s', (_, text, name) => {
      const fn = made(text);
      expect(functionSource('call', fn).name).toBe(name);
      const copy = accepted(fn);
      expect(copy(1)).toBe(2);
      expect(copy.name).toBe(name);
    });

    it.each([
      ['an async function', 'async function work(n) { return (await n) + 1; }'],
      ['an async arrow', 'async (n) => (await n) + 1'],
      ['an async arrow without brackets', 'async n => (await n) + 1'],
      ['an async method', '{ async work(n) { return (await n) + 1; } }.work'],
      ['an async method called get', '{ async get(n) { return (await n) + 1; } }.get'],
    ])('%s', async (_, text) => {
      await expect(accepted(made(text))(1)).resolves.toBe(2);
    });

    it('an arrow that got its name from a variable', () => {
      const { work } = made('() => { const work = (n) => n + 1; return { work }; }')() as { work: AnyFunction };
      expect(accepted(work).name).toBe('work');
    });

    it('a function in strict mode, where there is no this', () => {
      expect(accepted(made('function () { return this; }'))()).toBeUndefined();
    });
  });

  describe('accepts', () => {
    it.each([
      ['globals of the language', '() => [Math, JSON, undefined, NaN, globalThis, Atomics, WebAssembly]'],
      [
        'globals of the platform',
        '() => [console, setTimeout, URL, fetch, process, Buffer, structuredClone, performance]',
      ],
      ['arguments in a function', 'function () { return [arguments, () => arguments]; }'],
      ['new.target in a function', 'function () { return new.target; }'],
      ['this', '() => this'],
      ['eval that sees globals only', '() => [eval?.("1"), (0, eval)("1")]'],
      [
        'import of what is built in',
        'async () => [await import("node:fs"), await import("fs"), await import(`node:fs/promises`)]',
      ],
      ['require of what is built in', '() => [require("node:fs"), require("fs"), require("fs/promises")]'],
      [
        'import of an absolute place',
        '() => [() => import("file:///a.js"), () => import("data:text/javascript,"), () => require("/a")]',
      ],
      ['import of what is computed', '(x) => [() => import(x), () => require(x), () => import(`./${x}.js`)]'],
      ['a require of its own', '(require) => () => require("./x.js")'],
      [
        'classes inside, with all that they have',
        '() => class A extends Map { #a = super.get(1); b() { return this.#a; } }',
      ],
      ['generators inside', '() => [function* () { yield 1; }, async function* () { yield 1; }]'],
      ['loops over what is asynchronous', 'async (a) => { for await (const b of a) console.log(b); }'],
    ])('%s', (_, text) => {
      expect(accepted(made(text))).toBeInstanceOf(Function);
    });

    it('names that esbuild and tsx keep', () => {
      const fn = accepted(made('() => { const inner = __name((n) => n, "other"); return inner.name; }'));
      expect(fn()).toBe('other');
    });

    it.each(['__importStar', '_interopRequireWildcard', '_interop_require_wildcard'])(
      'an import() that was compiled to CommonJS (%s)',
      async (helper) => {
        const fn = accepted(made(`async () => Promise.resolve().then(() => ${helper}(require('node:path')))`));
        const module = (await fn()) as typeof import('node:path') & { default: typeof import('node:path') };
        expect(module.join).toBe(module.default.join);
      },
    );

    it('an import() in this file, however it is compiled', async () => {
      const fn = accepted(async () => (await import('node:path')).posix.join('a', 'b'));
      await expect(fn()).resolves.toBe('a/b');
    });
  });

  describe('refuses free names', () => {
    it('with name, line and what to do', () => {
      const fn = made(
        'async function hash(file) {\n  const x = 1;\n  const data = fs.readFileSync(file);\n  return data;\n}',
      );
      expect(refusal(fn)).toBe(
        `submit(fn, ...args): the function 'hash' uses 'fs' (line 3: "const data = fs.readFileSync(file);"), ` +
          `which does not exist in the worker; pass it as an argument, ` +
          `import it inside (const fs = await import('node:fs')), or ${way('hash')}`,
      );
    });

    it('all of them, the first one in detail', () => {
      expect(refusal(made('() => { one(two, three); one(two); }'))).toContain(
        `uses 'one' (line 1: "() => { one(two, three); one(two); }"), which does not exist in the worker ` +
          `(nor do 'two', 'three'); pass it as an argument, declare or import it inside, or `,
      );
      expect(refusal(made('() => one(two)'))).toContain(`worker (nor does 'two');`);
    });

    it.each([
      ['a branch that is not taken', '() => { if (false) missing(); }'],
      ['code that is not reached', '() => { return; missing(); }'],
      ['typeof', "() => typeof missing === 'undefined'"],
      ['try', '() => { try { missing(); } catch {} }'],
      ['catch', '() => { try {} catch { missing(); } }'],
      ['a default', '(a = missing) => a'],
      ['a function inside', '() => () => missing'],
      ['an assignment', '() => { missing = 1; }'],
      ['a template', '() => `${missing}`'],
      ['a shorthand property', '() => ({ missing })'],
      ['a method', '{ work() { return missing; } }.work'],
    ])('in %s', (_, text) => {
      expect(refusal(made(text))).toMatch(/^submit\(fn, \.\.\.args\): the function.* uses 'missing' \(line 1: /);
    });

    it.each(['__dirname', 'module', 'exports', 'window', 'self', 'expect', '__awaiter', '_this'])('%s', (name) => {
      expect(refusal(made(`() => ${name}`))).toContain(
        `uses '${name}' (line 1: "() => ${name}"), which does not exist`,
      );
    });

    it.each(['\r\n', '\r', '\n', '\u2028'])('counting lines that end in %j', (end) => {
      expect(refusal(made(`() => {${end}  1;${end}  missing;${end}}`))).toContain(`(line 3: "missing;")`);
    });

    it('counting the lines of a method from its own', () => {
      expect(refusal(made('{\n\n  work() {\n    missing;\n  } }.work'))).toContain(`(line 2: "missing;")`);
    });

    it('quoting of a long line what is around', () => {
      expect(refusal(made(`() => '${'x'.repeat(999)}' + missing + '${'y'.repeat(999)}'`))).toMatch(
        /\(line 1: "…x{46}' \+ missing \+ 'y{59}…"\)/,
      );
    });

    it('that are the name of an arrow or method itself: a function has its name', () => {
      expect(refusal(made('{ work(n) { return work(n - 1); } }.work'))).toContain(
        `uses 'work' (line 1: "work(n) { return work(n - 1); }"), its own name in the code around it, ` +
          `which does not exist in the worker; write it as function work(…) { … }, or ${way('work')}`,
      );
    });

    it.each([
      ['TypeScript', '() => foo_1.bar'],
      ['TypeScript, at a call', '() => (0, foo_1.bar)()'],
      ['Babel', '() => _foo.default'],
      ['Babel, at a call', '() => (0, _foo.bar)()'],
      ['esbuild', '() => import_foo.bar'],
      ['webpack', '() => _foo_js__WEBPACK_IMPORTED_MODULE_0__.bar'],
      ['Vite', '() => __vi_import_0__.bar'],
    ])('saying that it is an import, as compiled by %s', (_, text) => {
      expect(refusal(made(text))).toMatch(
        /, which is what the compiler made of an import, and does not exist in the worker; pass it as an argument, /,
      );
    });

    it('saying so of an import of this file', () => {
      expect(refusal(() => createRequire('/'))).toContain('which is what the compiler made of an import');
    });

    it('saying what counts coverage, and how to be without', () => {
      expect(refusal(made('() => { cov_2ekr9b8xw1().s[0]++; }'))).toContain(
        `which counts the coverage of a test run and does not exist in the worker; ` +
          `put /* istanbul ignore next */ before the function, or ${way('work')}`,
      );
    });
  });

  describe('refuses', () => {
    it.each([
      [
        'native code',
        () => Math.max,
        "the function 'max' is native code, which has no source; call it in a function of yours",
      ],
      ['a proxy', () => new Proxy(made('() => 1'), {}), 'the function is native code'],
      [
        'a bound function',
        () => made('function work() {}').bind(1),
        "the function 'bound work' is bound, and what it is bound to",
      ],
      [
        'a class',
        () => made('class Work { static run() {} }'),
        "the function 'Work' is a class, which cannot be called;",
      ],
      [
        'a generator',
        () => made('function* work() {}'),
        "the function 'work' is a generator function, which gives an iterator",
      ],
      ['a generator method', () => made('{ *work() {} }.work'), "the function 'work' is a generator function"],
      ['an async generator', () => made('async function* () {}'), 'the function is an async generator function'],
      [
        'an async generator method',
        () => made('{ async *work() {} }.work'),
        "the function 'work' is an async generator",
      ],
      ['a getter', () => accessor('get'), "the function 'get work' is a getter;"],
      ['a setter', () => accessor('set'), "the function 'set work' is a setter;"],
      [
        'a private method',
        () => made('class { static #a() {} static b() { return this.#a; } }.b()'),
        "'#a' is a private method",
      ],
      [
        'super',
        () => made('{ work() { return super.x; } }.work'),
        `uses 'super' (line 1: "work() { return super.x; }"), which only`,
      ],
      [
        'a private member',
        () => made('class { #x; static work(o) { return o.#x; } }.work'),
        `uses '#x' (line 1: "work(o) { return o.#x; }"), a private member, which only its class has; pass its value`,
      ],
      [
        'a private member in an arrow',
        () => made('class { #x; static work = (o) => #x in o; }.work'),
        `uses '#x' (line 1: "(o) => #x in o"), a private member`,
      ],
      ['arguments in an arrow', () => made('function () { return () => arguments; }')(), "uses 'arguments' (line 1: "],
      [
        'new.target in an arrow',
        () => made('function () { return () => new.target; }')(),
        "cannot be read as strict code: 'new.",
      ],
      [
        'direct eval',
        () => made('() => eval("x")'),
        `uses 'eval' (line 1: "() => eval("x")"), and what is evaluated cannot`,
      ],
      [
        'a relative import',
        () => made('() => import("./x.js")'),
        `loads './x.js' (line 1: "() => import("./x.js")"), which is looked up from the file that the function stands in; load built-in`,
      ],
      ['a package', () => made('() => import("rxjs")'), `loads 'rxjs' (line 1`],
      ['a package by a template', () => made('() => import(`rxjs`)'), `loads 'rxjs' (line 1`],
      ['a package, required', () => made('() => require("rxjs")'), `loads 'rxjs' (line 1`],
      ['a map of imports', () => made('() => import("#x")'), `loads '#x' (line 1`],
      [
        'what is not built in',
        () => made('() => import("node:nope")'),
        `loads 'node:nope' (line 1: "() => import("node:nope")"), which is not built in;`,
      ],
      [
        'what is sloppy',
        () => (0, eval)('(function (a) {\nwith (a) b; })') as AnyFunction,
        'cannot be read as strict code: \'with\' in strict mode (line 2: "with (a) b; }");',
      ],
    ])('%s', (_, fn, message) => {
      const refused = refusal(fn() as AnyFunction);
      expect(refused).toContain(message);
      expect(refused).toMatch(/^submit\(fn, \.\.\.args\): the function /);
    });

    it('what only a file has', () => {
      const fn = made('() => 1');
      jest.spyOn(Function.prototype, 'toString').mockReturnValueOnce('() => import.meta.url');
      expect(refusal(fn)).toContain(
        `uses 'import.meta' (line 1: "() => import.meta.url"), which only a file has; pass`,
      );
    });

    it('pointing to an export that can exist, whatever the name of the function', () => {
      expect(refusal(made('{ "a b"() { return missing; } }["a b"]'))).toContain(way('work'));
    });
  });

  it('reads a function once, and functions of the same text', () => {
    const toString = jest.spyOn(Function.prototype, 'toString');
    const text = '(n) => { let sum = 0; while (n > 0) sum += n--; return sum; }';
    const [one, other] = [made(text), made(text)];
    const first = functionSource('call', one);
    const reads = toString.mock.calls.length;
    expect(functionSource('call', one)).toBe(first);
    expect(toString.mock.calls).toHaveLength(reads);
    expect(functionSource('call', other)).toBe(first);
  });

  it('refuses again what it has refused, naming the call of each time', () => {
    const fn = made('() => missing');
    expect(() => functionSource('first()', fn)).toThrow(/^first\(\): the function uses 'missing'/);
    expect(() => functionSource('second()', fn)).toThrow(/^second\(\): the function uses 'missing'/);
  });

  it('takes functions of another realm', () => {
    const fn = runInNewContext('(n) => n + 1') as AnyFunction;
    expect(accepted(fn)(1)).toBe(2);
  });

  function accessor(kind: 'get' | 'set'): unknown {
    const object = made('{ get work() { return 1; }, set work(v) {} }') as object;
    return Object.getOwnPropertyDescriptor(object, 'work')?.[kind];
  }
});
