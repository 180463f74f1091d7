import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import ts from 'typescript';

/** The text of each file, by its path inside the folder that was read, `/` between the parts. */
export type Sources = ReadonlyMap<string, string>;

export interface Import {
  readonly from: string;
  readonly specifier: string;
  /** Leaves nothing behind at run time: `import type`, `export type`, `import('…').T`. */
  readonly typeOnly: boolean;
  /** `import('…')` as an expression: happens when it is reached, so it closes no circle while modules load. */
  readonly dynamic: boolean;
}

export function readSources(folder: string): Sources {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return new Map(
    files.sort().map((file) => [file.replaceAll(path.sep, '/'), readFileSync(path.join(folder, file), 'utf8')]),
  );
}

export function parse(file: string, text: string): ts.SourceFile {
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
}

export function importsOf(sources: Sources): Import[] {
  const imports: Import[] = [];
  for (const [from, text] of sources) {
    const add = (specifier: ts.Node | undefined, typeOnly: boolean, dynamic = false) => {
      if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
      imports.push({ from, specifier: specifier.text, typeOnly, dynamic });
    };
    const visit = (node: ts.Node): void => {
      if (ts.isImportDeclaration(node)) {
        // `import { type A }` counts as a value import: with verbatimModuleSyntax the statement stays.
        add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
      } else if (ts.isExportDeclaration(node)) {
        add(node.moduleSpecifier, node.isTypeOnly);
      } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
        add(node.argument.literal, true);
      } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
        add(node.arguments[0], false, true);
      }
      ts.forEachChild(node, visit);
    };
    visit(parse(from, text));
  }
  return imports;
}

/** The file that a relative import means (`./a.js` stands for `a.ts`), or undefined for a package. */
export function targetOf({ from, specifier }: Pick<Import, 'from' | 'specifier'>): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  return path.posix.join(path.posix.dirname(from), specifier).replace(/\.js$/, '.ts');
}
