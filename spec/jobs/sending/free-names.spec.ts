import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type AnyNode, type Expression, type FunctionExpression, parse, parseExpressionAt } from 'acorn';
import { analyze } from 'eslint-scope';
import fc from 'fast-check';
import { freeNames } from '../../../lib/jobs/sending/free-names.js';

const options = { ecmaVersion: 'latest', sourceType: 'module', allowSuperOutsideMethod: true } as const;

function read(text: string): Expression {
  return parseExpressionAt(text, 0, { ...options, checkPrivateFields: false });
}

/** The free names of an expression, each one once. */
function namesIn(text: string): string[] {
  return [...new Set(freeNames(read(text)).map(({ name }) => name))];
}

describe('freeNames', () => {
  it.each<[what: string, text: string, free: string[]]>([
    // declarations
    ['parameters', '(a, b) => a + b + c', ['c']],
    ['var, before it is declared and out of its block', '() => { a; if (b) { var a = 1; } }', ['b']],
    [
      'var in all kinds of loops',
      '() => { for (var a of []); for (var b in {}); for (var c = 0; ; ); return [a, b, c]; }',
      [],
    ],
    ['var, but not out of its function', '() => { (() => { var a; })(); return a; }', ['a']],
    ['let and const, in their block alone', '() => { { let a; const b = a; b; } a; b; }', ['a', 'b']],
    ['let, also before it is declared', '() => { { a; let a; } }', []],
    [
      'a loop that has names of its own',
      '() => { for (const a of a) a; for (let b = 0; b; b++) b; a; b; }',
      ['a', 'b'],
    ],
    ['a function, before it is declared', '() => { f(); function f() { f(); } }', []],
    ['a function in a block, strictly there', '() => { { function f() {} } f(); }', ['f']],
    ['a class', '() => { class A { m() { return A; } } new A(); }', []],
    ['the name of a function expression', 'function f(n) { return f(n - 1); }', []],
    ['the name of a class expression, in it alone', '() => [class A extends B { x = A; }, A]', ['B', 'A']],
    ['the parameter of catch', '() => { try {} catch (e) { e; } e; }', ['e']],
    ['a catch that takes parts', '() => { try {} catch ({ a = b, ...c }) { a; c; } }', ['b']],
    ['a catch without parameter', '() => { try {} catch { e; } }', ['e']],
    ['a switch', '() => { switch (a) { case b: let a; const b = 1; } b; }', ['a', 'b']],
    // destructuring
    ['objects', '({ a, b: { c }, d = e, [f]: g, ...h }) => [a, c, d, g, h, b]', ['e', 'f', 'b']],
    ['arrays', '([a, , [b], c = d, ...[e]]) => [a, b, c, e]', ['d']],
    ['objects that are assigned to', '() => { ({ a, b: c.d, e: f = g, ...h } = {}); }', ['a', 'c', 'f', 'g', 'h']],
    ['arrays that are assigned to', '() => { [a, b.c = d] = []; }', ['a', 'b', 'd']],
    ['assignments to names of nobody', '() => { a = 1; b += 1; c++; delete d.e; }', ['a', 'b', 'c', 'd']],
    // parameters
    ['a default that uses the parameter before it', '(a, b = a) => b', []],
    ['a default does not see the body', '(a = b) => { var b = a; return b; }', ['b']],
    ['a function in a default does not either', '(a = () => b) => { var b; return a; }', ['b']],
    // what is no name
    ['properties', '() => a.b.c?.d?.[e]', ['a', 'e']],
    ['keys', '() => ({ a: b, [c]: d, e, "f": 1, 2: 3 })', ['b', 'c', 'd', 'e']],
    ['labels', '() => { a: for (;;) { continue a; } b: { break b; } }', []],
    [
      'methods and accessors',
      '() => ({ a() { return b; }, get c() { return d; }, set c(v) { e = v; } })',
      ['b', 'd', 'e'],
    ],
    [
      'members of classes',
      '() => class { a = b; static c = d; e() { f; } static { var g = h; g; } [i] = 1; }',
      ['b', 'd', 'f', 'h', 'i'],
    ],
    ['a var of a static block, in it alone', '() => { class A { static { var a; } } return [A, a]; }', ['a']],
    ['templates', '() => a`b${c}d${`${e}`}`', ['a', 'c', 'e']],
    // everywhere
    ['branches that are not taken', '() => { if (false) a; return true ? 1 : b; }', ['a', 'b']],
    ['typeof', '() => typeof a', ['a']],
    ['try', '() => { try { a; } catch {} finally { b; } }', ['a', 'b']],
    ['code that is not reached', '() => { return; a; }', ['a']],
    // what ties code to its place
    ['arguments of a function', 'function () { return () => arguments; }', []],
    ['arguments of an arrow', '() => arguments[0]', ['arguments']],
    ['new.target', 'function () { return new.target; }', []],
    ['this', '() => this', []],
    ['import.meta', '() => import.meta.url', ['import.meta']],
    ['import', '() => import(a, { with: b })', ['import', 'a', 'b']],
    ['super of nobody', 'function () { return () => super.a; }', ['super']],
    [
      'super of a class',
      '() => class extends A { constructor() { super(); } b() { super.b(); } c = super.c; static { super.d; } }',
      ['A'],
    ],
    ['super of an object', '() => ({ a() { return () => super.a; }, get b() { return super.b; } })', []],
    ['super in a computed key', 'function () { return { [super.a]() {} }; }', ['super']],
    ['super in a property', 'function () { return { a: super.a }; }', ['super']],
    ['private members of nobody', '(a) => a.#b', ['#b']],
    ['private members of a class', '() => class { #a = 1; b(c) { return #a in c && c.#a + this.#d(); } #d() {} }', []],
    ['private members of a class around', '() => class { #a; b = class { c(d) { return d.#a + d.#e; } }; }', ['#e']],
  ])('%s', (_, text, free) => {
    expect(namesIn(text)).toEqual(free);
  });

  it('gives each use, in the order of the text, with the node and its parent', () => {
    const text = '() => { b(a); a.c; }';
    const uses = freeNames(read(text)).map(({ name, node, parent }) => [name, node.start, parent.type]);
    expect(uses).toEqual([
      ['b', 8, 'CallExpression'],
      ['a', 10, 'CallExpression'],
      ['a', 14, 'MemberExpression'],
    ]);
  });

  it('finds what is free by construction in random programs', () => {
    fc.assert(
      fc.property(program, ({ text, free }) => {
        expect(new Set(namesIn(text))).toEqual(free);
      }),
      { numRuns: 500 },
    );
  });

  it('agrees with eslint-scope on random programs, use for use', () => {
    fc.assert(
      fc.property(program, ({ text }) => {
        expect(ours(text)).toEqual(theirs(text));
      }),
      { numRuns: 500 },
    );
  });

  it.each(['acorn', 'eslint-scope', 'fast-check', 'ioredis', 'piscina', 'rxjs'])(
    'agrees with eslint-scope on all functions of %s, use for use',
    (name) => {
      const functions = filesOf(name).flatMap(functionsOf);
      expect(functions.length).toBeGreaterThan(50);
      for (const text of functions) {
        const expected = theirs(text);
        const found = ours(text);
        // comparing texts is quick; what jest shows of a difference is of use
        if (found.join() !== expected.join()) expect({ text, found }).toEqual({ text, found: expected });
      }
    },
  );
});

// ---- the oracle ---------------------------------------------------------------------------------------------------

function ours(text: string): string[] {
  const names = freeNames(read(text)).filter(({ node }) => node.type === 'Identifier');
  return names.map(({ name, node }) => `${name}@${node.start}`);
}

function theirs(text: string): string[] {
  const tree = parse(`(${text})`, { ...options, ranges: true, checkPrivateFields: false });
  const scopes = analyze(tree as never, { ecmaVersion: 2025, sourceType: 'module' });
  const through = scopes.globalScope?.through ?? [];
  const uses = through.map(({ identifier }) => identifier as unknown as { name: string; start: number });
  uses.sort((one, other) => one.start - other.start);
  return [...new Set(uses.map(({ name, start }) => `${name}@${start - 1}`))];
}

/** The code of a package, ten files at most. */
function filesOf(name: string): string[] {
  const entry = dirname(require.resolve(name));
  const files = readdirSync(entry, { recursive: true, encoding: 'utf8' }).filter((file) => /\.[cm]?js$/.test(file));
  return files
    .map((file) => readFileSync(join(entry, file), 'utf8'))
    .sort((one, other) => other.length - one.length)
    .slice(0, 10);
}

/** The texts of the functions in a file. */
function functionsOf(file: string): string[] {
  const found: string[] = [];
  const visit = (node: AnyNode): void => {
    if (/^(?:FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type)) {
      const text = file.slice(node.start, node.end);
      const { async, generator } = node as FunctionExpression;
      // that of a method begins with its parameters
      const isMethod = node.type === 'FunctionExpression' && text.startsWith('(');
      const whole = isMethod ? `${async ? 'async ' : ''}function${generator ? '*' : ''} ${text}` : text;
      if (!isMethod || !text.includes('super(')) found.push(whole); // a constructor is read with its class only
    }
    for (const value of Object.values(node)) {
      for (const each of [value].flat()) if (typeof (each as AnyNode | null)?.type === 'string') visit(each as AnyNode);
    }
  };
  visit(parse(file, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true }));
  return found;
}

// ---- random programs ----------------------------------------------------------------------------------------------

interface Piece {
  readonly text: string;
  readonly free: ReadonlySet<string>;
}

const name = fc.constantFrom('a', 'b', 'c', 'd');

/** What is free in the pieces, without what is bound around them. */
function free(pieces: readonly Piece[], ...bound: string[]): Set<string> {
  return new Set(pieces.flatMap((piece) => [...piece.free]).filter((each) => !bound.includes(each)));
}

function union(...sets: readonly ReadonlySet<string>[]): Set<string> {
  return new Set(sets.flatMap((set) => [...set]));
}

/** Ways to make an expression of three others and two names, and what is free in it then. */
const shapes: readonly ((p: Piece, q: Piece, r: Piece, x: string, y: string) => Piece)[] = [
  (p, q) => ({ text: `[${p.text}, ...${q.text}]`, free: free([p, q]) }),
  (p, q, _, x) => ({ text: `{ ${x}: ${p.text}, [${q.text}]: 1 }.${x}`, free: free([p, q]) }),
  (p, _q, _r, x) => ({ text: `{ ${x}, y: ${p.text} }`, free: union(new Set([x]), free([p])) }),
  (p, q, _, x) => ({ text: `(${p.text})?.${x}?.[${q.text}]`, free: free([p, q]) }),
  (p, q, _, x) => ({ text: `(${x} = ${p.text}) => ${q.text}`, free: free([p, q], x) }),
  (p, q, _, x, y) => ({ text: `({ ${x}: [${y} = ${p.text}] }) => ${q.text}`, free: free([p, q], y) }),
  (p, q, r, x, y) => ({
    text: `function ${x}(z = ${p.text}) { ${q.text}; { var ${y} = ${r.text}; } }`,
    free: union(free([p], x), free([q, r], x, y)),
  }),
  (p, q, r, x) => ({
    text: `() => { ${p.text}; { ${q.text}; let ${x} = 1; } return ${r.text}; }`,
    free: union(free([p, r]), free([q], x)),
  }),
  (p, q, r, x) => ({
    text: `() => { { ${p.text}; function ${x}() { ${q.text}; } } ${r.text}; }`,
    free: union(free([p, q], x), free([r])),
  }),
  (p, q, r, x, y) => ({
    text: `() => { try { ${p.text}; } catch ({ ${x} = ${q.text} }) { ${y}: for (;;) break ${y}; ${r.text}; } }`,
    free: union(free([p]), free([q, r], x)),
  }),
  (p, q, r, x) => ({
    text: `() => { for (const ${x} of ${p.text}) ${q.text}; for (var i = 0; i; i++) ${r.text}; }`,
    free: union(free([p, q], x), free([r])),
  }),
  (p, q, r, x) => ({
    text: `() => { switch (${p.text}) { case ${q.text}: class ${x} {} } ${r.text}; }`,
    free: union(free([p, r]), free([q], x)),
  }),
  (p, q, r, x, y) => ({
    text: `class ${x} extends ${p.text} { ${y} = ${q.text}; static { var ${y}; ${r.text}; } }`,
    free: union(free([p, q], x), free([r], x, y)),
  }),
  (p, q, r, x, y) => ({
    text: `class { [${p.text}](${x}) { ${q.text}; } static #${y} = ${r.text}; }`,
    free: union(free([p, r]), free([q], x)),
  }),
  (p, q, _, x, y) => ({
    text: `() => { ({ ${x}, y: ${y} = ${p.text} } = ${q.text}); }`,
    free: union(free([p, q]), new Set([x, y])),
  }),
  (p, q, _, x) => ({ text: `\`${x}\${${p.text}}\${typeof ${q.text}}\``, free: free([p, q]) }),
];

const { program } = fc.letrec<{ piece: Piece; program: Piece }>((tie) => ({
  piece: fc.oneof(
    { maxDepth: 5, depthSize: 'large', withCrossShrink: true },
    name.map((x): Piece => ({ text: x, free: new Set([x]) })),
    fc
      .tuple(fc.constantFrom(...shapes), tie('piece'), tie('piece'), tie('piece'), name, name)
      .map(([shape, p, q, r, x, y]): Piece => {
        const made = shape(p, q, r, x, y);
        return { ...made, text: `(${made.text})` };
      }),
  ),
  program: tie('piece').map(({ text, free }): Piece => ({ text: `() => ${text}`, free })),
}));
