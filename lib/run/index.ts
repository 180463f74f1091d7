export { type RunOptions, run } from './run.js';
export { Runner, type RunnerOptions } from './runner.js';
