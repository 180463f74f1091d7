import { type Expression, parseExpressionAt } from 'acorn';

import type { FunctionNode } from './free-names.js';
import { type FunctionText, Refusal, place, remoteWay, the } from './function-text.js';

/** @internal */
export interface ReadFunction {
  readonly node: FunctionNode;
  readonly isMethod: boolean;
  /** Where the text of the function begins in what was parsed. */
  readonly offset: number;
}

/**
 * Reads a function as strict code: a function, an arrow, or a method of an object or a class.
 *
 * **Errors:** Refusal of what is no plain or async function.
 *
 * @internal
 */
export function readFunction(fn: FunctionText): ReadFunction {
  if (/\{\s*\[native code\]\s*\}$/.test(fn.text)) throw nativeCode(fn);
  if (/^(?:async\s+|get\s+|set\s+)?\*?\s*#/.test(fn.text))
    throw wrongKind(fn, 'a private method, which only its class has');
  const read = parseFunction(fn);
  if (read.node.generator) {
    const article = read.node.async ? 'an async' : 'a';
    throw wrongKind(fn, `${article} generator function, which gives an iterator and no result to send`);
  }
  return read;
}

function nativeCode(fn: FunctionText): Refusal {
  if (fn.name.startsWith('bound ')) {
    return new Refusal(
      `${the(fn)} is bound, and what it is bound to does not travel; submit the function itself, with that as an argument`,
    );
  }
  return new Refusal(
    `${the(fn)} is native code, which has no source; call it in a function of yours, as in (n) => Math.max(n, 0)`,
  );
}

function wrongKind(fn: FunctionText, kind: string): Refusal {
  return new Refusal(`${the(fn)} is ${kind}; write a plain or an async function, or ${remoteWay(fn)}`);
}

function parseFunction(fn: FunctionText): ReadFunction {
  const alone = parse(fn.text, '', '');
  if ('node' in alone) {
    const { node } = alone;
    if (node.type === 'ClassExpression') throw wrongKind(fn, 'a class, which cannot be called');
    if (node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression') {
      return { node, isMethod: false, offset: 0 };
    }
  }
  const literal = parse(fn.text, '{', '}');
  if ('node' in literal && literal.node.type === 'ObjectExpression') {
    const [method] = literal.node.properties;
    if (method?.type === 'Property' && method.value.type === 'FunctionExpression') {
      if (method.kind !== 'init') throw wrongKind(fn, `a ${method.kind}ter`);
      return { node: method.value, isMethod: true, offset: 1 };
    }
  }
  // it is meant to be what can be read further
  const problems = [alone, literal].filter((each) => 'problem' in each).sort((one, other) => other.at - one.at);
  const { problem, at } = problems[0] ?? { problem: 'it is no function', at: 0 };
  throw new Refusal(`${the(fn)} cannot be read as strict code: ${problem} (${place(fn, at)}); ${remoteWay(fn)}`);
}

type Parsed = { readonly node: Expression } | { readonly problem: string; readonly at: number };

function parse(text: string, before: string, after: string): Parsed {
  const all = before + text + after;
  try {
    const node = parseExpressionAt(all, 0, {
      ecmaVersion: 'latest',
      sourceType: 'module', // which is strict
      // refused later, in words of ours
      allowSuperOutsideMethod: true,
      checkPrivateFields: false,
    });
    return node.end === all.length ? { node } : { problem: 'unexpected token', at: node.end - before.length };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const { message, pos } = error as SyntaxError & { pos: number };
    return { problem: message.replace(/ \(\d+:\d+\)$/, ''), at: Math.min(pos - before.length, text.length) };
  }
}
