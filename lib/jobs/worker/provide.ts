import { got } from '../../kernel/index.js';
import { providedModules } from './provided-modules.js';

/**
 * Brings a module along in the file of a Web Worker: functions of `remote(url)` are then taken from it, and nothing is loaded. For
 * bundlers, which would copy the file of a module that they find as a URL only as it is. The URL may be any, also a made-up one.
 *
 * ```js
 * // worker.js
 * import { provide } from 'rxtasks/executors/worker';
 * import * as work from './work.js';
 *
 * provide('app:work', work);
 * ```
 *
 * ```js
 * // the page
 * import { ThreadPoolExecutor, remote } from 'rxtasks/executors';
 *
 * const { hash } = remote('app:work');
 * const worker = () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
 * const pool = new ThreadPoolExecutor({ worker });
 * await pool.submit(hash, 'text');
 * ```
 *
 * **Errors:** TypeError for what is no URL or no module.
 */
export function provide(url: URL | string, module: object): void {
  const call = 'provide(url, module)';
  if (!URL.canParse(String(url))) throw new TypeError(`${call}: expected a URL, such as 'app:work', got ${got(url)}`);
  if (typeof module !== 'object' || module === null) {
    throw new TypeError(`${call}: expected a module (import * as work from './work.js'), got ${got(module)}`);
  }
  providedModules.set(new URL(url).href, module);
}
