/** What lib/executors/browser.ts is to have, for the check without the types of Node until that file is there. */
import type { Executor } from '../lib/kernel/index.js';
export declare const ThreadPoolExecutor: new () => Executor;
