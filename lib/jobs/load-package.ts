import { RuntimeError } from '../errors/index.js';
import { here } from './here.js';
import { builtin } from './wire/node-builtins.js';

/**
 * An optional package, loaded when it is needed, from where the library is: in ESM, in CommonJS and under Jest alike.
 *
 * **Errors:** RuntimeError, with the command that installs it, if it is not there.
 *
 * @param install what to install, if more than the package itself
 * @internal
 */
export function loadPackage<T>(call: string, name: string, install = name): T {
  const module = builtin<{ createRequire(from: string): (name: string) => unknown }>('node:module');
  if (module === undefined) throw new RuntimeError(`${call}: there is no Node here, which the package '${name}' needs`);
  try {
    return module.createRequire(here)(name) as T;
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: unknown };
    if (code !== 'MODULE_NOT_FOUND' || !String(message).includes(`'${name}'`)) throw error;
    throw new RuntimeError(`${call}: the package '${name}' is not installed; npm install ${install}`, { cause: error });
  }
}
