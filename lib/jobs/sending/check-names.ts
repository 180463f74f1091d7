import type { AnyNode } from 'acorn';

import type { FreeName } from './free-names.js';
import { type FunctionText, Refusal, place, remoteWay, the } from './function-text.js';
import { builtin } from '../wire/node-builtins.js';
import { workerGlobals } from './worker-globals.js';

/** A free name, and where it stands in the text of the function. @internal */
export interface Use extends FreeName {
  readonly at: number;
}

/**
 * Lets pass what means the same in a worker.
 *
 * **Errors:** Refusal of anything else.
 *
 * @internal
 */
export function checkNames(fn: FunctionText, uses: readonly Use[]): void {
  for (const use of uses) {
    checkSyntax(fn, use);
    checkSpecifier(fn, use);
  }
  const missing = new Map<string, Use>();
  for (const use of uses) if (!isGiven(use.name) && !missing.has(use.name)) missing.set(use.name, use);
  const [first, ...others] = missing.values();
  if (first === undefined) return;
  const quoted = others.map(({ name }) => `'${name}'`).join(', ');
  const also = others.length === 0 ? '' : ` (nor ${others.length === 1 ? 'does' : 'do'} ${quoted})`;
  throw refusal(fn, first, explain(fn, first), also);
}

/** What is wrong with a name, and what to do. */
interface Problem {
  readonly reason: string;
  readonly cure: string;
}

function refusal(fn: FunctionText, { name, at }: Use, { reason, cure }: Problem, also = ''): Refusal {
  return new Refusal(`${the(fn)} uses '${name}' (${place(fn, at)}), ${reason}${also}; ${cure}, or ${remoteWay(fn)}`);
}

// ---- what ties a function to its class, its file or its caller by syntax ------------------------------------------

function checkSyntax(fn: FunctionText, use: Use): void {
  const problem = syntaxProblem(use);
  if (problem !== undefined) throw refusal(fn, use, problem);
}

function syntaxProblem({ name, node, parent }: Use): Problem | undefined {
  if (name === 'super') {
    return { reason: 'which only a method in its class has', cure: 'write a plain or an async function' };
  }
  if (name.startsWith('#')) {
    return { reason: 'a private member, which only its class has', cure: 'pass its value as an argument' };
  }
  if (name === 'arguments') {
    return { reason: 'which an arrow function has from the code around it', cure: 'write (...args) => …' };
  }
  if (name === 'import.meta') {
    return { reason: 'which only a file has', cure: 'pass what you need of it as an argument' };
  }
  if (name === 'eval' && parent.type === 'CallExpression' && parent.callee === node && parent.optional !== true) {
    return { reason: 'and what is evaluated cannot be checked', cure: 'call new Function(…), which sees globals only' };
  }
  return undefined;
}

// ---- import('…') and require('…') ---------------------------------------------------------------------------------

/** Refuses what is looked up from the file of the function. */
function checkSpecifier(fn: FunctionText, { name, node, parent, at }: Use): void {
  const specifier = literalOf(specifierOf(name, node, parent));
  if (specifier === undefined || isBuiltin(specifier)) return;
  // a URL or an absolute path means the same everywhere
  if (/^(?!node:)[a-z][a-z\d+.-]*:|^\//i.test(specifier)) return;
  const why = specifier.startsWith('node:')
    ? 'which is not built in'
    : 'which is looked up from the file that the function stands in';
  throw new Refusal(
    `${the(fn)} loads '${specifier}' (${place(fn, at)}), ${why}; load built-in modules only, or ${remoteWay(fn)}`,
  );
}

function specifierOf(name: string, node: AnyNode, parent: AnyNode): AnyNode | undefined {
  if (node.type === 'ImportExpression') return node.source;
  const isCall = name === 'require' && parent.type === 'CallExpression' && parent.callee === node;
  return isCall ? parent.arguments[0] : undefined;
}

/** The text of a literal; undefined for what is computed and cannot be checked. */
function literalOf(node: AnyNode | undefined): string | undefined {
  if (node?.type === 'Literal') return String(node.value);
  if (node?.type !== 'TemplateLiteral' || node.expressions.length > 0) return undefined;
  return node.quasis[0]?.value.cooked ?? undefined;
}

function isBuiltin(specifier: string): boolean {
  return nodeModule()?.isBuiltin(specifier) ?? false;
}

function nodeModule(): { isBuiltin(specifier: string): boolean } | undefined {
  return builtin('node:module');
}

// ---- names --------------------------------------------------------------------------------------------------------

function isGiven(name: string): boolean {
  if (name === 'import' || name === '__name' || workerGlobals.has(name)) return true;
  return (name === 'require' || IMPORT_ALL.has(name)) && nodeModule() !== undefined;
}

/** What TypeScript, Babel and SWC make of `import('node:fs')` in CommonJS (so, under Jest) goes through one of these. @internal */
export const IMPORT_ALL: ReadonlySet<string> = /* @__PURE__ */ new Set([
  '__importStar',
  '_interopRequireWildcard',
  '_interop_require_wildcard',
]);

/** Why a name is not there, and what to do. */
function explain(fn: FunctionText, use: Use): Problem {
  const { name } = use;
  if (/^(?:cov_|__cov)/.test(name)) {
    return {
      reason: 'which counts the coverage of a test run and does not exist in the worker',
      cure: 'put /* istanbul ignore next */ before the function',
    };
  }
  if (isImport(fn, use)) {
    return {
      reason: 'which is what the compiler made of an import, and does not exist in the worker',
      cure: `pass it as an argument, import a built-in module inside (await import('node:fs'))`,
    };
  }
  if (name === fn.name) {
    return {
      reason: 'its own name in the code around it, which does not exist in the worker',
      cure: `write it as function ${name}(…) { … }`,
    };
  }
  const inside = isBuiltin(`node:${name}`)
    ? `import it inside (const ${name} = await import('node:${name}'))`
    : undefined;
  return {
    reason: 'which does not exist in the worker',
    cure: `pass it as an argument, ${inside ?? 'declare or import it inside'}`,
  };
}

/** Whether it is what TypeScript, Babel, esbuild, webpack or Vite write for an import. */
function isImport({ text }: FunctionText, { name, node, parent, at }: Use): boolean {
  if (parent.type !== 'MemberExpression' || parent.object !== node) return false;
  if (/\(0,\s*$/.test(text.slice(0, at))) return true; // (0, foo_1.bar)(…)
  return (
    /\w_\d+$|^import_\w|^__vi|__WEBPACK_(?:IMPORTED|EXTERNAL)_/.test(name) || /^_\w+\.default\b/.test(text.slice(at))
  );
}
