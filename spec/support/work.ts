import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** The URL of a work module of the specs, spec/work/<name>.ts, as workers can load it. */
export function workUrl(name: string): URL {
  return pathToFileURL(path.join(__dirname, `../../.compiled/spec/work/${name}.js`));
}
