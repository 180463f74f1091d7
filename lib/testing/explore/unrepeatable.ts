import { kindOf } from '../../kernel/index.js';

/** Does the runtime decide when what is made of `recipe` goes on? @internal */
export function isAsync(recipe: unknown): boolean {
  const kind = kindOf(recipe);
  return kind === 'function' ? isAsyncFunction(recipe) : kind === 'promise' || kind === 'async iterable';
}

/** @internal */
export function isAsyncFunction(recipe: unknown): boolean {
  return (recipe as { [Symbol.toStringTag]?: string })[Symbol.toStringTag] === 'AsyncFunction';
}

/** Refuses `what`, which no loop could vary or repeat. @internal */
export function unrepeatable(what: string, cure: string): TypeError {
  return new TypeError(
    `explore(main): ${what}; promises settle in microtasks of the runtime, whose order no loop decides, so it can be ` +
      `neither varied nor repeated: write it as a coroutine (function*)${cure}`,
  );
}
