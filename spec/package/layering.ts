import path from 'node:path';

import ts from 'typescript';

import { importsOf, parse, targetOf, type Import, type Sources } from './imports.js';

/** What the files of a library may import. Paths are those of `Sources`; folders end with a slash, '' is all of it. */
export interface Rules {
  /** The folders from the ground up. The folders of one floor do not know each other. */
  readonly floors: readonly (readonly string[])[];
  /** The rooms of a folder that has some, from the ground up: they hold its files, and values come from below. */
  readonly rooms?: Readonly<Record<string, readonly (readonly string[])[]>>;
  /** Who may import which package. `typesOnly`: it may be missing, so it is loaded when it is needed, not by an import. */
  readonly packages: Readonly<Record<string, { readonly in: readonly string[]; readonly typesOnly?: boolean }>>;
  /** The folders and files that run on Node alone. */
  readonly node: readonly string[];
  /** Files that must load without a folder: none of its files is among what their value imports reach. */
  readonly apart: readonly { readonly file: string; readonly without: string; readonly because: string }[];
  /** Imports that happen when they are reached, `import('…')`, and are allowed although nothing else allows them. */
  readonly exceptions: readonly { readonly from: string; readonly imports: string; readonly because: string }[];
}

/** What is wrong with the imports of a library, a sentence for each fault. */
export function layeringFaults(sources: Sources, rules: Rules): string[] {
  const imports = importsOf(sources);
  return [
    ...imports.flatMap((each) => packageFaults(each, rules)),
    ...imports.flatMap((each) => folderFaults(each, rules)),
    ...imports.flatMap((each) => roomFaults(each, rules)),
    ...imports.flatMap((each) => missingFaults(each, sources)),
    ...circles(imports),
    ...apartFaults(imports, sources, rules),
    ...staleExceptions(imports, rules),
  ];
}

function folderOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : '';
}

function isIn(file: string, places: readonly string[]): boolean {
  return places.some((place) => (place === '' || place.endsWith('/') ? file.startsWith(place) : file === place));
}

function isException({ from, specifier, dynamic }: Import, { exceptions }: Rules): boolean {
  return dynamic && exceptions.some((each) => each.from === from && each.imports === specifier);
}

function staleExceptions(imports: readonly Import[], rules: Rules): string[] {
  return rules.exceptions
    .filter((each) => !imports.some((one) => isException(one, { ...rules, exceptions: [each] })))
    .map(({ from, imports: specifier }) => `${from}: '${specifier}' is an exception that nothing needs`);
}

function packageFaults(each: Import, rules: Rules): string[] {
  const { from, specifier, typeOnly } = each;
  if (specifier.startsWith('.') || isException(each, rules)) return [];
  const fault = (text: string) => [`${from}: '${specifier}' ${text}`];
  if (/^rxjs\/(internal|src|dist)/.test(specifier)) return fault('is an internal of RxJS');
  if (specifier.startsWith('node:')) return isIn(from, rules.node) ? [] : fault('is not there in browsers');
  const name = /^(@[^/]+\/)?[^/]+/.exec(specifier)![0];
  const rule = Object.hasOwn(rules.packages, name) ? rules.packages[name] : undefined;
  if (rule === undefined || !isIn(from, rule.in)) return fault('is no package for this file');
  return rule.typesOnly && !typeOnly ? fault('may be missing: import its types alone') : [];
}

function folderFaults(each: Import, { floors }: Rules): string[] {
  const target = targetOf(each);
  if (target === undefined) return [];
  const [above, below] = [folderOf(each.from), folderOf(target)];
  if (above === below) return [];
  const faults: string[] = [];
  if (target !== `${below}/index.ts`) faults.push(`${each.from}: '${each.specifier}' is not the index of its folder`);
  // The files of the root folder, the entry points, stand above all floors.
  const floorOf = (folder: string) =>
    folder === '' ? floors.length : floors.findIndex((folders) => folders.includes(folder));
  for (const folder of [above, below]) {
    if (floorOf(folder) === -1) faults.push(`${each.from}: the folder '${folder}' has no floor`);
  }
  if (floorOf(below) >= floorOf(above)) faults.push(`${each.from}: '${each.specifier}' is not below`);
  return faults;
}

/** Within a folder types go where they like; values come from the same room or one below. */
function roomFaults(each: Import, { rooms = {} }: Rules): string[] {
  const target = targetOf(each);
  const folder = folderOf(each.from);
  if (target === undefined || each.typeOnly || folderOf(target) !== folder || !Object.hasOwn(rooms, folder)) return [];
  const floors = rooms[folder]!;
  const roomOf = (file: string) => folderOf(file.slice(folder.length + 1));
  // The files of the folder itself, its doors, stand above all rooms.
  const floorOf = (room: string) => (room === '' ? floors.length : floors.findIndex((one) => one.includes(room)));
  const [above, below] = [roomOf(each.from), roomOf(target)];
  if (above === below) return [];
  const homeless = [above, below].filter((room) => floorOf(room) === -1);
  if (homeless.length > 0) return homeless.map((room) => `${each.from}: the room '${folder}/${room}' has no floor`);
  return floorOf(below) < floorOf(above) ? [] : [`${each.from}: '${each.specifier}' is not in a room below`];
}

function missingFaults(each: Import, sources: Sources): string[] {
  const target = targetOf(each);
  if (target === undefined) return [];
  return sources.has(target) ? [] : [`${each.from}: '${each.specifier}' does not exist, or its ending is not .js`];
}

/** What each file imports that is there while modules load: values, and not by `import('…')`. */
function valueImports(imports: readonly Import[]): Map<string, string[]> {
  const graph = new Map<string, string[]>();
  for (const each of imports) {
    const target = targetOf(each);
    if (target === undefined || each.typeOnly || each.dynamic) continue;
    graph.set(each.from, [...(graph.get(each.from) ?? []), target]);
  }
  return graph;
}

/** Told with the shortest way from the file to what it must do without. */
function apartFaults(imports: readonly Import[], sources: Sources, { apart }: Rules): string[] {
  const graph = valueImports(imports);
  return apart.flatMap(({ file, without }) => {
    if (!sources.has(file)) return [`${file}: is to load without '${without}', and does not exist`];
    const ways = [[file]];
    const seen = new Set([file]);
    for (const way of ways) {
      for (const target of graph.get(way.at(-1)!) ?? []) {
        if (isIn(target, [without]))
          return [`${file}: is to load without '${without}': ${[...way, target].join(' → ')}`];
        if (!seen.has(target)) ways.push([...way, target]);
        seen.add(target);
      }
    }
    return [];
  });
}

/** Circles of imports that are there while modules load. Each is told once, from its first file. */
function circles(imports: readonly Import[]): string[] {
  const graph = valueImports(imports);
  const found = new Map<string, string>();
  const ended = new Set<string>();
  const trail: string[] = [];
  const visit = (file: string): void => {
    if (trail.includes(file)) {
      const circle = trail.slice(trail.indexOf(file));
      found.set([...circle].sort().join(), [...circle, file].join(' → '));
    } else if (!ended.has(file)) {
      trail.push(file);
      graph.get(file)?.forEach(visit);
      trail.pop();
      ended.add(file);
    }
  };
  [...graph.keys()].forEach(visit);
  return [...found.values()].map((circle) => `circle: ${circle}`);
}

/**
 * Where a library touches or declares members that start with an underscore, RxJS's mark of what is its own; `besides`:
 * the names that somebody else has given, and why.
 */
export function underscoreFaults(sources: Sources, besides: Readonly<Record<string, string>> = {}): string[] {
  const faults: string[] = [];
  for (const [file, text] of sources) {
    const source = parse(file, text);
    const visit = (node: ts.Node): void => {
      const name = memberName(node);
      if (name?.startsWith('_') && !Object.hasOwn(besides, name)) {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
        faults.push(`${file}:${line + 1}: ${name}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return faults;
}

function memberName(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  if (ts.isElementAccessExpression(node)) {
    return ts.isStringLiteralLike(node.argumentExpression) ? node.argumentExpression.text : undefined;
  }
  if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent)) {
    return (node.propertyName ?? node.name).getText();
  }
  if ((ts.isClassElement(node) || ts.isTypeElement(node)) && node.name !== undefined) {
    return ts.isIdentifier(node.name) || ts.isStringLiteralLike(node.name) ? node.name.text : undefined;
  }
  return undefined;
}

/** Imports that go around the name of the package, into the folder of its sources. */
export function backDoors(sources: Sources, folder: string): string[] {
  return importsOf(sources)
    .filter(({ from, specifier }) => {
      if (!specifier.startsWith('.')) return false;
      return path.posix.join('samples', path.posix.dirname(from), specifier).startsWith(folder);
    })
    .map(({ from, specifier }) => `${from}: '${specifier}'`);
}
