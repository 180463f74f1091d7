import { RuntimeError } from '../../errors/index.js';
import { got } from '../../kernel/index.js';
import type { FunctionReference } from '../wire/wire.js';

/** The functions that a module exports, as references. */
export type Remote<M> = {
  readonly [K in keyof M as M[K] extends (...args: never[]) => unknown ? K : never]: M[K];
};

const key = Symbol.for('rxtasks.FunctionReference');

/**
 * References to the functions that a module exports. The module is loaded by the worker, once, and never here.
 *
 * ```ts
 * import { ThreadPoolExecutor, remote } from 'rxtasks/executors';
 *
 * const path = remote<typeof import('node:path')>(new URL('node:path'));
 * await using pool = new ThreadPoolExecutor();
 * console.log(await pool.submit(path.join, '/a', 'b.txt')); // /a/b.txt
 * ```
 *
 * For modules of one's own: `remote<typeof import('./work.js')>(new URL('./work.js', import.meta.url))`, in CommonJS
 * `pathToFileURL(require.resolve('./work.js'))`.
 *
 * **Errors:** TypeError for what is no URL; RuntimeError when a reference is called here instead of being submitted. A module or
 * an export that does not exist is an error of the job.
 *
 * asyncio: functions are found by module and name when they are pickled.
 */
export function remote<M>(url: URL | string): Remote<M> {
  const module = moduleText(url);
  const references = new Map<string, unknown>();
  return new Proxy(Object.create(null) as Remote<M> & Record<string, unknown>, {
    get(_target, name) {
      // no promise, and nothing that Node or Jest look for in values that they print
      if (typeof name === 'symbol' || name === 'then' || name === 'toJSON') return undefined;
      let reference = references.get(name);
      if (reference === undefined) {
        reference = makeReference({ module, name });
        references.set(name, reference);
      }
      return reference;
    },
    has: (_target, name) => typeof name === 'string' && name !== 'then',
    set() {
      throw new TypeError(`remote('${module}'): the functions of a module cannot be replaced from here`);
    },
  });
}

function moduleText(url: unknown): string {
  if (url instanceof URL || Object.prototype.toString.call(url) === '[object URL]') return (url as URL).href;
  if (typeof url === 'string' && URL.canParse(url)) return new URL(url).href;
  throw new TypeError(
    `remote(url): expected the URL of a module, got ${got(url)}; write remote<typeof import('./work.js')>(new URL('./work.js', import.meta.url))`,
  );
}

function makeReference(reference: FunctionReference & { module: string }): unknown {
  const fn = (): never => {
    throw new RuntimeError(
      `${reference.name}(): this is a reference to a function of ${reference.module}; give it to an executor: submit(${reference.name}, ...args)`,
    );
  };
  Object.defineProperty(fn, 'name', { value: reference.name });
  Object.defineProperty(fn, key, { value: reference });
  return fn;
}

/** The reference that `remote` made, or undefined for any other function. @internal */
export function referenceOf(fn: object): FunctionReference | undefined {
  return (fn as { [key]?: FunctionReference })[key];
}
