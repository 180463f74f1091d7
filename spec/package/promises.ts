import ts from 'typescript';

import { baseOf, publicNames, type PublicName } from './public-names.js';

/** Something that users import: a name, from one entry point or from several. */
export interface Promised {
  /** The name; with `of` and the entry point where another entry point means something else by the same name. */
  readonly id: string;
  readonly name: string;
  readonly entryPoints: readonly string[];
  readonly kind: 'class' | 'constant' | 'error' | 'function' | 'type';
  /** The members of a class that give something to wait for, as `Queue.get`. */
  readonly waits: readonly string[];
}

/** What the entry points export, each thing once. */
export function promisedNames(entryPoints: readonly { readonly name: string; readonly index: string }[]): Promised[] {
  const things = new Map<string, { name: string; entryPoints: string[]; found: PublicName }>();
  for (const entryPoint of entryPoints) {
    for (const [name, found] of publicNames(entryPoint.index)) {
      const key = `${found.file} ${name}`;
      const known = things.get(key);
      if (known === undefined) things.set(key, { name, entryPoints: [entryPoint.name], found });
      else known.entryPoints.push(entryPoint.name);
    }
  }
  const isPublic = ({ declarations }: PublicName) =>
    [...things.values()].some(({ found }) => found.declarations[0] === declarations[0]);
  const taken = new Set<string>();
  return [...things.values()].map(({ name, entryPoints, found }) => {
    const id = taken.has(name) ? `${name} of ${entryPoints[0]!}` : name;
    taken.add(name);
    const kind = kindOf(found);
    return { id, name, entryPoints, kind, waits: kind === 'class' ? waitingMembers(name, found, isPublic) : [] };
  });
}

function kindOf(found: PublicName): Promised['kind'] {
  if (found.typeOnly) return 'type';
  if (found.declarations.some((each) => ts.isClassDeclaration(each))) return isError(found) ? 'error' : 'class';
  const isText = (each: ts.Node) =>
    ts.isVariableDeclaration(each) && each.initializer !== undefined && ts.isStringLiteral(each.initializer);
  return found.declarations.some(isText) ? 'constant' : 'function';
}

function isError(found: PublicName): boolean {
  const base = baseOf(found);
  if (base !== undefined) return isError(base);
  return found.declarations.some(
    (each) => ts.isClassDeclaration(each) && /Error$/.test(each.heritageClauses?.[0]?.types[0]?.getText() ?? ''),
  );
}

/** The types of what can be waited for. */
const awaited = /\b(AsyncIterable|AsyncIterableIterator|Coroutine|Future|Observable|Promise|Resume|Task)\b/;

/** With those of bases that are not on the public face themselves. */
function waitingMembers(name: string, found: PublicName, isPublic: (found: PublicName) => boolean): string[] {
  const base = baseOf(found);
  const inherited = base === undefined || isPublic(base) ? [] : waitingMembers(name, base, isPublic);
  const members = found.declarations.flatMap((each) => (ts.isClassDeclaration(each) ? [...each.members] : []));
  const waiting = members
    .filter((each) => ts.isMethodDeclaration(each) || ts.isGetAccessorDeclaration(each))
    .filter((each) => !isHidden(each) && (isAsyncIterator(each) || awaited.test(each.type?.getText() ?? '')))
    .map((each) => `${name}.${each.name.getText().replace(/^\[(.*)\]$/, '$1')}`);
  return [...new Set([...waiting, ...inherited])];
}

/** Whatever its type is called. */
function isAsyncIterator(member: ts.ClassElement): boolean {
  return member.name?.getText() === '[Symbol.asyncIterator]';
}

function isHidden(member: ts.MethodDeclaration | ts.GetAccessorDeclaration): boolean {
  if (ts.isPrivateIdentifier(member.name)) return true;
  // Keys that only the library has.
  if (ts.isComputedPropertyName(member.name) && !member.name.getText().startsWith('[Symbol.')) return true;
  const hiding = [ts.SyntaxKind.PrivateKeyword, ts.SyntaxKind.ProtectedKeyword, ts.SyntaxKind.StaticKeyword];
  if (ts.getModifiers(member)?.some(({ kind }) => hiding.includes(kind))) return true;
  return ts.getJSDocTags(member).some(({ tagName }) => tagName.text === 'internal');
}

/** What is promised of every name. */
export interface Column {
  readonly title: string;
  /** Names, and members such as `Queue.get`, that have an entry. */
  readonly entries: ReadonlySet<string>;
  /** Of a class whose members give something to wait for, each of them is to have an entry. */
  readonly ofMembers?: boolean;
  /** What to do for one that has none. */
  readonly cure: string;
}

/** Names and kinds of names that need no entry, in each column, by the reason. */
export interface Exceptions {
  readonly kinds: Readonly<Record<string, Readonly<Partial<Record<Promised['kind'], string>>>>>;
  readonly names: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** What is missing, and what is there in vain: a sentence for each. */
export function brokenPromises(
  promised: readonly Promised[],
  columns: readonly Column[],
  exceptions: Exceptions,
): string[] {
  return [
    ...columns.flatMap((column) => {
      const kinds = exceptions.kinds[column.title] ?? {};
      const excepted = Object.values(exceptions.names[column.title] ?? {}).flat();
      const rowsOf = ({ id, waits }: Promised) => (column.ofMembers === true && waits.length > 0 ? waits : [id]);
      const known = new Set(promised.flatMap((each) => [each.id, ...each.waits]));
      const rows = promised.filter(({ kind }) => kinds[kind] === undefined).flatMap(rowsOf);
      const fault = (name: string, text: string) => `${name} (${column.title}): ${text}`;
      return [
        ...rows
          .filter((row) => !column.entries.has(row) && !excepted.includes(row))
          .map((row) => fault(row, `it has no entry; ${column.cure}`)),
        ...[...column.entries]
          .filter((entry) => !known.has(entry))
          .map((entry) => fault(entry, 'an entry of a name that is not public; take it out')),
        ...excepted
          .filter((name) => column.entries.has(name) || !rows.includes(name) || repeated(excepted, name))
          .map((name) =>
            fault(name, 'an exception that nothing needs: it has an entry, or is no such name, or is excepted twice'),
          ),
      ];
    }),
    ...[...Object.keys(exceptions.kinds), ...Object.keys(exceptions.names)]
      .filter((title) => !columns.some((column) => column.title === title))
      .map((title) => `${title}: exceptions from what is not promised`),
  ];
}

function repeated(list: readonly string[], item: string): boolean {
  return list.indexOf(item) !== list.lastIndexOf(item);
}
