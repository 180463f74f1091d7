import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** A spec that runs, as the sources of the specs tell. */
export interface SpecTitle {
  readonly file: string;
  readonly title: string;
}

/** The titles of all specs below `folder`, `it.each` included; what is skipped or still to be done is none. */
export function specTitles(folder: string): SpecTitle[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.spec.ts'))
    .sort()
    .flatMap((file) => titlesIn(readFileSync(path.join(folder, file), 'utf8')).map((title) => ({ file, title })));
}

/** The titles of the specs in the text of a file. */
export function titlesIn(text: string): string[] {
  const titles: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && runsSpec(node.expression)) {
      const title = node.arguments[0];
      if (title !== undefined && ts.isStringLiteralLike(title)) titles.push(title.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('spec.ts', text, ts.ScriptTarget.Latest));
  return titles;
}

/** `it`, `test`, or what `it.each(table)` gives. */
function runsSpec(callee: ts.Expression): boolean {
  if (ts.isIdentifier(callee)) return callee.text === 'it' || callee.text === 'test';
  const each = ts.isCallExpression(callee)
    ? callee.expression
    : ts.isTaggedTemplateExpression(callee)
      ? callee.tag
      : null;
  return each !== null && ts.isPropertyAccessExpression(each) && each.name.text === 'each' && runsSpec(each.expression);
}
