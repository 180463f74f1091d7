import { readFileSync } from 'node:fs';
import path from 'node:path';

import ts from 'typescript';

import { parse } from './imports.js';

type NamedDeclaration =
  | ts.ClassDeclaration
  | ts.EnumDeclaration
  | ts.FunctionDeclaration
  | ts.InterfaceDeclaration
  | ts.TypeAliasDeclaration
  | ts.VariableDeclaration;

/** A name that a module exports: where it is declared, and how (a function more than once, a type beside a value). */
export interface PublicName {
  readonly file: string;
  readonly declarations: readonly NamedDeclaration[];
  /** Exported for types alone. */
  readonly typeOnly: boolean;
}

/**
 * What the module `file` exports, followed through its re-exports to the declarations. By syntax alone: no type
 * checker, which would take seconds.
 */
export function publicNames(file: string): Map<string, PublicName> {
  const names = new Map<string, PublicName>();
  const source = read(file);
  for (const statement of source.statements) {
    if (ts.isExportDeclaration(statement)) {
      for (const [name, found] of reExported(source, statement)) names.set(name, found);
    } else if (ts.canHaveModifiers(statement) && isExported(statement)) {
      for (const [name, found] of declared(source)) {
        if (found.declarations.some((each) => statementOf(each) === statement)) names.set(name, found);
      }
    }
  }
  return names;
}

function isExported(statement: ts.HasModifiers): boolean {
  return ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

function reExported(source: ts.SourceFile, statement: ts.ExportDeclaration): [string, PublicName][] {
  const origin = statement.moduleSpecifier === undefined ? reachable(source) : exportsBehind(source, statement);
  if (statement.exportClause === undefined) return [...origin];
  if (!ts.isNamedExports(statement.exportClause)) {
    throw new Error(`${source.fileName}: 'export * as' is not understood here: name what is exported`);
  }
  return statement.exportClause.elements.map((element) => {
    const found = origin.get((element.propertyName ?? element.name).text);
    if (found === undefined) throw new Error(`${source.fileName}: cannot find what '${element.name.text}' exports`);
    const typeOnly = statement.isTypeOnly || element.isTypeOnly || found.typeOnly;
    return [element.name.text, { ...found, typeOnly }];
  });
}

/** The names that a module declares or imports itself. */
function reachable(source: ts.SourceFile): Map<string, PublicName> {
  const names = declared(source);
  for (const statement of source.statements) {
    const bindings = ts.isImportDeclaration(statement) ? statement.importClause?.namedBindings : undefined;
    if (bindings === undefined || !ts.isNamedImports(bindings)) continue;
    const origin = exportsBehind(source, bindings.parent.parent as ts.ImportDeclaration);
    for (const element of bindings.elements) {
      const found = origin.get((element.propertyName ?? element.name).text);
      if (found !== undefined) names.set(element.name.text, found);
    }
  }
  return names;
}

function exportsBehind(
  source: ts.SourceFile,
  { moduleSpecifier }: ts.ImportDeclaration | ts.ExportDeclaration,
): Map<string, PublicName> {
  if (moduleSpecifier === undefined || !ts.isStringLiteral(moduleSpecifier) || !moduleSpecifier.text.startsWith('.')) {
    return new Map();
  }
  return publicNames(path.join(path.dirname(source.fileName), moduleSpecifier.text.replace(/\.js$/, '.ts')));
}

function declared(source: ts.SourceFile): Map<string, PublicName> {
  const names = new Map<string, PublicName>();
  const add = (declaration: NamedDeclaration): void => {
    const name = declaration.name;
    if (name === undefined || !ts.isIdentifier(name)) return;
    const declarations = [...(names.get(name.text)?.declarations ?? []), declaration];
    names.set(name.text, { file: source.fileName, declarations, typeOnly: declarations.every(isType) });
  };
  for (const statement of source.statements) {
    if (ts.isVariableStatement(statement)) statement.declarationList.declarations.forEach(add);
    else if (isNamed(statement)) add(statement);
  }
  return names;
}

function isNamed(node: ts.Node): node is Exclude<NamedDeclaration, ts.VariableDeclaration> {
  return (
    ts.isClassDeclaration(node) ||
    ts.isEnumDeclaration(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node)
  );
}

function isType(node: ts.Node): boolean {
  return ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);
}

function statementOf(node: NamedDeclaration): ts.Node {
  return ts.isVariableDeclaration(node) ? node.parent.parent : node;
}

/** The class that a class extends, if it is one of the library. */
export function baseOf({ declarations }: PublicName): PublicName | undefined {
  for (const declaration of declarations) {
    if (!ts.isClassDeclaration(declaration)) continue;
    const clause = declaration.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword);
    const base = clause?.types[0]?.expression;
    if (base !== undefined && ts.isIdentifier(base)) return reachable(declaration.getSourceFile()).get(base.text);
  }
  return undefined;
}

/** Whether a declaration has a doc comment that says something. */
export function isDocumented(node: ts.Node): boolean {
  return ts.getJSDocCommentsAndTags(node).some((doc) => ts.isJSDoc(doc) && doc.comment !== undefined);
}

const parsed = new Map<string, ts.SourceFile>();

function read(file: string): ts.SourceFile {
  let source = parsed.get(file);
  if (source === undefined) parsed.set(file, (source = parse(file, readFileSync(file, 'utf8'))));
  return source;
}
