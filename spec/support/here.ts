import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** Stands for lib/jobs/here.ts in specs: the library that workers load is the compiled one. */
export const here: string = pathToFileURL(path.join(__dirname, '../../.compiled/lib/jobs/here.js')).href;
