import { RuntimeError } from '../../errors/index.js';
import { remoteWay, the } from '../sending/function-text.js';
import { builtin } from '../wire/node-builtins.js';
import type { FunctionReference } from '../wire/wire.js';
import { providedModules } from './provided-modules.js';

/** @internal */
export type AnyFunction = (...args: unknown[]) => unknown;

const found = new Map<string, AnyFunction>();

/**
 * The function that a reference stands for. A module is loaded once, a source is compiled once; after that there is no
 * waiting.
 *
 * **Errors:** RuntimeError if the module cannot be loaded or has no such function.
 *
 * @internal
 */
export function findFunction(reference: FunctionReference): AnyFunction | Promise<AnyFunction> {
  const key = 'module' in reference ? `${reference.module} ${reference.name}` : reference.source;
  return found.get(key) ?? find(reference, key);
}

async function find(reference: FunctionReference, key: string): Promise<AnyFunction> {
  const fn =
    'module' in reference
      ? await fromModule(reference.module, reference.name)
      : fromSource(reference.source, reference.name);
  // Sources may be many and are made anew easily; modules stay anyway.
  if (found.size >= 10_000) found.clear();
  found.set(key, fn);
  return fn;
}

async function fromModule(module: string, name: string): Promise<AnyFunction> {
  let exports: Record<string, unknown>;
  try {
    exports = (providedModules.get(module) ??
      (await importModule(module).catch((error) => loadOtherwise(module, error)))) as Record<string, unknown>;
  } catch (error) {
    throw new RuntimeError(`remote('${module}').${name}: the module cannot be loaded`, { cause: error });
  }
  // What a CommonJS module exports is in its default export; not all of it is found by name.
  const value = exports[name] ?? (exports['default'] as Record<string, unknown> | undefined)?.[name];
  if (typeof value === 'function') return value as AnyFunction;
  const names = Object.keys(exports).filter((each) => typeof exports[each] === 'function');
  throw new RuntimeError(
    `remote('${module}').${name}: expected the module to export a function of this name, got ${
      value === undefined ? 'no such export' : typeof value
    }; its functions: ${names.join(', ') || 'none'}`,
  );
}

let importByNode: ((module: string) => Promise<unknown>) | undefined;

/**
 * In the CommonJS files a plain `import(module)` would become `require`, which takes no URLs. Browsers only get the others, and
 * their Content-Security-Policy may forbid what Node is given.
 */
function importModule(module: string): Promise<unknown> {
  if (nodeModule() === undefined) return import(/* webpackIgnore: true */ /* @vite-ignore */ module);
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- a constant text
  importByNode ??= new Function('module', 'return import(module)') as (module: string) => Promise<unknown>;
  return importByNode(module);
}

function loadOtherwise(module: string, error: unknown): unknown {
  const code = String((error as { code?: unknown } | null)?.code);
  // Jest, in whose contexts only files can import: this one does it as Jest wants it
  if (code.startsWith('ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING')) {
    return import(/* webpackIgnore: true */ /* @vite-ignore */ pathOf(module));
  }
  // under Node 20 tsx gives threads a `require` that knows TypeScript, and no such `import`
  if (code !== 'ERR_UNKNOWN_FILE_EXTENSION') throw error;
  const load = nodeModule()!.createRequire(module);
  const extension = /\.\w+$/.exec(module)?.[0] ?? '';
  if (load.extensions[extension] === undefined) throw error;
  return load(pathOf(module));
}

function pathOf(module: string): string {
  if (!module.startsWith('file:')) return module;
  return builtin<{ fileURLToPath(url: string): string }>('node:url')!.fileURLToPath(module);
}

function fromSource(source: string, name: string): AnyFunction {
  const require = nodeModule()?.createRequire(`${process.cwd()}/`);
  return compile(source, name)(require, named) as AnyFunction;
}

function compile(source: string, name: string): (require: unknown, named: unknown) => unknown {
  const body = `"use strict"; return (${source});\n//# sourceURL=rxtasks:${name.replace(/\s/g, '_')}`;
  try {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- that is what a source is sent for
    return new Function('require', '__name', body) as (require: unknown, named: unknown) => unknown;
  } catch (error) {
    if ((error as Error).name !== 'EvalError') throw error;
    const fn = { name, text: source };
    throw new RuntimeError(
      `${the(fn)} was sent by its source, which the Content-Security-Policy of the worker forbids to make a function of; ` +
        `allow 'unsafe-eval' there, or ${remoteWay(fn)}`,
      { cause: error },
    );
  }
}

interface Require {
  (id: string): unknown;
  readonly extensions: Record<string, unknown>;
}

function nodeModule(): { createRequire(path: string): Require } | undefined {
  return builtin('node:module');
}

/** What esbuild and tsx call to keep the names of functions. */
function named(fn: object, name: string): object {
  return Object.defineProperty(fn, 'name', { value: name, configurable: true });
}

declare const process: { cwd(): string };
