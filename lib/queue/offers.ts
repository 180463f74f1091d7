import { RuntimeError } from '../errors/index.js';
import type { FunctionReference, JobExecutor } from '../jobs/index.js';

/**
 * What a worker offers: the functions that its modules export.
 *
 * @internal
 */
export class Offers {
  readonly #acceptSource: boolean;
  /** The modules that export a function of a name. */
  readonly #modules = new Map<string, string[]>();

  constructor(acceptSource: boolean) {
    this.#acceptSource = acceptSource;
  }

  /**
   * Has a worker of the pool load the modules: none of their code runs in this thread.
   *
   * **Errors:** RuntimeError for a module that cannot be loaded.
   */
  async load(pool: JobExecutor, modules: readonly string[]): Promise<void> {
    for (const module of modules) {
      let names: string[];
      try {
        const fn = { source: namesOf, name: 'namesOf' };
        names = (await pool.submitCall({ name: fn.name, fn, args: [module] }, {})) as string[];
      } catch (error) {
        throw new RuntimeError(`new QueueWorker(options): the module ${module} cannot be loaded`, { cause: error });
      }
      for (const name of names) this.#modules.set(name, [...(this.#modules.get(name) ?? []), module]);
    }
  }

  /**
   * The function that is meant, as it is found here: the path that a module has on the machine of the executor means nothing.
   *
   * **Errors:** RuntimeError if there is none.
   */
  find(fn: FunctionReference): FunctionReference {
    if (!('module' in fn)) {
      if (this.#acceptSource) return fn;
      throw new RuntimeError(
        `the function ${fn.name || '(anonymous)'}: this worker takes no functions by their source (--no-source); it offers ${this.#names()}`,
      );
    }
    const { module, name } = fn;
    // Node's own modules can do anything, just as a source can.
    if (module.startsWith('node:') && this.#acceptSource) return fn;
    const modules = this.#modules.get(name) ?? [];
    const same = modules.filter((each) => fileName(each) === fileName(module));
    const found = modules.length === 1 ? modules : same;
    if (found.length === 1) return { module: found[0]!, name };
    if (modules.length === 0) {
      throw new RuntimeError(
        `remote('${module}').${name}: this worker has no function '${name}'; it offers ${this.#names()}`,
      );
    }
    throw new RuntimeError(
      `remote('${module}').${name}: this worker has several functions '${name}', in ${modules.join(', ')}, and ` +
        `${found.length === 0 ? 'none' : 'more than one'} in a file of that name`,
    );
  }

  #names(): string {
    return [...this.#modules.keys()].sort().join(', ') || 'nothing: it was given no --module';
  }
}

function fileName(module: string): string {
  return module.slice(module.lastIndexOf('/') + 1).replace(/\.[cm]?[jt]s$/, '');
}

/**
 * Runs in a worker of the pool. What a CommonJS module exports is in its default export. Under Node 20 tsx gives threads a
 * `require` that knows TypeScript, and no such `import`.
 */
const namesOf = `async (module) => {
  const exports = await import(module).catch((error) => {
    if (error?.code !== 'ERR_UNKNOWN_FILE_EXTENSION' || !(/\\.\\w+$/.exec(module)?.[0] in require.extensions)) throw error;
    return require(require('node:url').fileURLToPath(module));
  });
  const all = { ...exports.default, ...exports };
  return Object.keys(all).filter((name) => typeof all[name] === 'function');
}`;
