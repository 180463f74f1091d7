import ts from 'typescript';

import { baseOf, publicNames, type PublicName } from './public-names.js';

/**
 * The public face of a module as text, to be kept in a golden file: the values that `face` (the module itself) has,
 * with the members that a class shows, then the names of the types. `index` is the file of the module.
 */
export function describePublicFace(face: object, index: string): string {
  const names = publicNames(index);
  const values = Object.entries<unknown>({ ...face })
    .sort(([a], [b]) => compare(a, b))
    .map(([name, value]) => describeValue(name, value, face, names.get(name)));
  const types = [...names]
    .filter(([, { typeOnly }]) => typeOnly)
    .map(([name]) => `type ${name}`)
    .sort(compare);
  return [...values, ...types].join('\n') + '\n';
}

function describeValue(name: string, value: unknown, face: object, source: PublicName | undefined): string {
  if (typeof value !== 'function') {
    return `const ${name}: ${typeof value === 'object' ? 'object' : (JSON.stringify(value) ?? String(value))}`;
  }
  if (!isClass(value)) return `function ${name}`;
  const { base } = shownClasses(value, face, source);
  const header = base === Function.prototype ? `class ${name}` : `class ${name} extends ${(base as Class).name}`;
  return [header, ...membersOf(value, face, source).map((member) => `  ${member}`)].join('\n');
}

interface Class {
  readonly name: string;
  readonly prototype: object;
}

function isClass(value: unknown): value is Class {
  return typeof value === 'function' && Object.getOwnPropertyDescriptor(value, 'prototype')?.writable === false;
}

/** A class with those of its bases that are the library's own and not public, and the first base that is neither. */
function shownClasses(value: Class, face: object, source: PublicName | undefined) {
  const isPublic = (base: unknown) => Object.values(face).includes(base);
  const classes = [{ value, source }];
  let base: unknown = Object.getPrototypeOf(value);
  let found = source && baseOf(source);
  while (found !== undefined && isClass(base) && !isPublic(base)) {
    classes.push({ value: base, source: found });
    found = baseOf(found);
    base = Object.getPrototypeOf(base);
  }
  return { classes, base };
}

/**
 * What a class shows beyond its public base: its fields as its source declares them, the rest as it is at run time.
 * Leaves out what is marked `private`, `protected` or `@internal`, what starts with an underscore, and brands.
 */
export function membersOf(value: Class, face: object, source: PublicName | undefined): string[] {
  const members = new Map<string, string>();
  for (const each of shownClasses(value, face, source).classes.reverse()) {
    for (const [key, text] of ownMembers(each.value, each.source)) members.set(key, text);
  }
  return [...members].sort(([a], [b]) => compare(a, b)).map(([, text]) => text);
}

function ownMembers(value: Class, source: PublicName | undefined): Map<string, string> {
  const classes = (source?.declarations ?? []).filter((each) => ts.isClassDeclaration(each));
  const declared = classes.flatMap((each) => [...each.members]);
  const hidden = new Set(declared.filter((member) => isHidden(member)).map((member) => member.name?.getText()));
  const members = new Map<string, string>();
  const add = (key: string | symbol, text: (name: string) => string, prefix = ''): void => {
    const name = nameOf(key);
    if (name !== undefined && !hidden.has(name)) members.set(prefix + name, prefix + text(name));
  };
  for (const member of declared) {
    if (!ts.isPropertyDeclaration(member) || !ts.isIdentifier(member.name)) continue;
    const isStatic = member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword) ?? false;
    add(member.name.text, (name) => name, isStatic ? 'static ' : '');
  }
  for (const [key, property] of ownProperties(value.prototype, ['constructor'])) {
    add(key, (name) => describeProperty(name, property));
  }
  for (const [key, property] of ownProperties(value, ['length', 'name', 'prototype'])) {
    add(key, (name) => describeProperty(name, property), 'static ');
  }
  return members;
}

function ownProperties(target: object, besides: string[]): [string | symbol, PropertyDescriptor][] {
  return Reflect.ownKeys(target)
    .filter((key) => typeof key === 'symbol' || !besides.includes(key))
    .map((key) => [key, Object.getOwnPropertyDescriptor(target, key)!]);
}

/** The name of a public member: a string without underscore, or a symbol of the language or of Node. */
function nameOf(key: string | symbol): string | undefined {
  if (typeof key === 'string') return key.startsWith('_') ? undefined : key;
  // By its place: not every version of Node describes it as `Symbol.asyncDispose`.
  const known = Reflect.ownKeys(Symbol).find((name) => Reflect.get(Symbol, name) === key);
  if (known !== undefined) return `[Symbol.${String(known)}]`;
  return key.description?.startsWith('nodejs.') ? `[${key.description}]` : undefined;
}

function describeProperty(name: string, { get, set, value }: PropertyDescriptor): string {
  if (get !== undefined) return set === undefined ? `get ${name}` : `get, set ${name}`;
  if (set !== undefined) return `set ${name}`;
  return typeof value === 'function' ? `${name}()` : name;
}

function isHidden(member: ts.ClassElement): boolean {
  const flags = ts.getCombinedModifierFlags(member);
  if ((flags & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) !== 0) return true;
  return ts.getJSDocTags(member).some(({ tagName }) => tagName.text === 'internal');
}

/** By code units: the same order on every machine, whatever its language. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
