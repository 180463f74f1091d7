import ts from 'typescript';

import { examplesInMarkdown } from '../docs/example.js';
import { parse } from './imports.js';
import { importedAndUsed } from './type-tests.js';

/** What the examples of a page import and use, as `rxtasks: gather`. */
export function namesInExamples(file: string, text: string): Set<string> {
  return new Set(examplesInMarkdown(file, text).flatMap(({ code }) => importedAndUsed(parse('example.ts', code))));
}

/** The names in the code spans of a page: `gather` in "`gather([a, b])`", not in a fenced block, a word or a comment. */
export function namesInSpans(text: string): Set<string> {
  const prose = text.replace(/^( *)```[^]*?^\1```$/gm, '');
  return new Set([...prose.matchAll(/`([^`\n]+)`/g)].flatMap(([, span]) => identifiers(span!)));
}

/**
 * The names in the code spans of the tables of a page whose head has the cell `head`, in the columns that are not among
 * `others`.
 */
export function namesInTables(text: string, head: string, others: readonly string[]): Set<string> {
  const names = new Set<string>();
  let ours: boolean[] | null = null;
  for (const line of text.split('\n')) {
    if (!line.startsWith('|')) {
      ours = null;
      continue;
    }
    const cells = line
      .slice(1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim());
    if (ours === null) ours = cells.map((cell) => cells.includes(head) && !others.includes(cell));
    else cells.filter((_, i) => ours![i]).forEach((cell) => namesInSpans(cell).forEach((name) => names.add(name)));
  }
  return names;
}

/** The identifiers of a piece of code that stand for themselves: not `run` in `loop.run`, in `npm run` or in `{ run: 1 }`. */
function identifiers(code: string): string[] {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, true, ts.LanguageVariant.Standard, code);
  const tokens: { kind: ts.SyntaxKind; text: string }[] = [];
  for (let kind = scanner.scan(); kind !== ts.SyntaxKind.EndOfFileToken; kind = scanner.scan()) {
    tokens.push({ kind, text: scanner.getTokenText() });
  }
  return tokens
    .filter(({ kind }, i) => {
      if (kind !== ts.SyntaxKind.Identifier) return false;
      const before = tokens[i - 1]?.kind;
      const after = tokens[i + 1]?.kind;
      const alone = before !== ts.SyntaxKind.DotToken && before !== ts.SyntaxKind.Identifier;
      return alone && after !== ts.SyntaxKind.ColonToken;
    })
    .map(({ text }) => text);
}
