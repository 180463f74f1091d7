import ts from 'typescript';

import { parse, type Sources } from './imports.js';

/** What type tests import and use, as `rxtasks: gather`: not what a comment names, or an import that nothing needs. */
export function namesInTypeTests(sources: Sources): Set<string> {
  return new Set([...sources].flatMap(([file, text]) => importedAndUsed(parse(file, text))));
}

/** What a module imports and uses, as `rxtasks: gather`. */
export function importedAndUsed(source: ts.SourceFile): string[] {
  const used = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) return;
    if (ts.isIdentifier(node)) used.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return source.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) return [];
    const bindings = statement.importClause?.namedBindings;
    if (bindings === undefined || !ts.isNamedImports(bindings)) return [];
    const module = statement.moduleSpecifier.text;
    return bindings.elements
      .filter(({ name }) => used.has(name.text))
      .map(({ name, propertyName }) => `${module}: ${(propertyName ?? name).text}`);
  });
}
