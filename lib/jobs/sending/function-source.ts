import { IMPORT_ALL, type Use, checkNames } from './check-names.js';
import { freeNames } from './free-names.js';
import { type FunctionText, Refusal } from './function-text.js';
import { type ReadFunction, readFunction } from './read-function.js';

/** A function that can be sent: an expression that evaluates to it in strict mode. @internal */
export interface FunctionSource {
  readonly source: string;
  readonly name: string;
}

/**
 * The source of a self-contained function. A function is read once; so are functions of the same text, which a loop makes anew
 * each time.
 *
 * Where it is evaluated, `require` and `__name(fn, name)` (which esbuild and tsx write into functions) must be given. Names from
 * anywhere else than the function itself and the globals of a worker are refused, wherever they stand: a branch that is not
 * taken today fails in the worker tomorrow.
 *
 * **Errors:** TypeError for a function that would not be the same in a worker; it says why, where, and what to do.
 *
 * @internal
 */
export function functionSource(call: string, fn: { readonly name: unknown }): FunctionSource {
  let outcome = byFunction.get(fn);
  if (outcome === undefined) {
    const text = Function.prototype.toString.call(fn);
    const name = typeof fn.name === 'string' ? fn.name : '';
    const key = `${name}\n${text}`;
    outcome = byText.get(key) ?? examine({ name, text });
    if (byText.size >= 1000) byText.clear();
    byText.set(key, outcome);
    byFunction.set(fn, outcome);
  }
  if (typeof outcome === 'string') throw new TypeError(`${call}: ${outcome}`);
  return outcome;
}

/** What is sent, or why it is not. */
type Outcome = FunctionSource | string;

const byFunction = /* @__PURE__ */ new WeakMap<object, Outcome>();
const byText = /* @__PURE__ */ new Map<string, Outcome>();

function examine(fn: FunctionText): Outcome {
  try {
    const read = readFunction(fn);
    const uses = freeNames(read.node).map((use): Use => ({ ...use, at: use.node.start - read.offset }));
    checkNames(fn, uses);
    return { name: fn.name, source: sourceOf(fn, read, uses) };
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

function sourceOf(
  { name, text }: FunctionText,
  { node, isMethod, offset }: ReadFunction,
  uses: readonly Use[],
): string {
  let source = text;
  // what has no name in its text gets it again as a property
  const key = JSON.stringify(name);
  if (isMethod) source = `({ ${node.async ? 'async ' : ''}[${key}]${text.slice(node.start - offset)} })[${key}]`;
  else if (name !== '' && (node.type === 'ArrowFunctionExpression' || node.id == null))
    source = `({ [${key}]: ${text} })[${key}]`;
  const helpers = new Set(uses.map((use) => use.name).filter((used) => IMPORT_ALL.has(used)));
  for (const helper of helpers) source = `((${helper}) => ${source})(${importAll})`;
  return source;
}

const importAll = '(module) => (module.__esModule ? module : { ...module, default: module })';
