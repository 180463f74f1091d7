import { here } from './here.js';

/** The file of a worker side, compiled or not, as the library itself is. @internal */
export function workerFile(name: 'process' | 'thread'): URL {
  return new URL(`./worker/${name}${here.endsWith('.ts') ? '.ts' : '.js'}`, here);
}
