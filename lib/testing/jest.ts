// The public face of rxtasks/testing/jest. Importing it gives the global `expect` the matchers.

import type {} from 'expect'; // whose interfaces get more members below
import { type ExpectLike, extendExpect } from './jest/jest-matchers.js';
import type { AsymmetricTaskMatchers, TaskMatchers } from './jest/jest-types.js';

export { type TestHooks, checkLeaks } from './jest/jest-leaks.js';
export { type ExpectLike, extendExpect } from './jest/jest-matchers.js';
export type { AsymmetricTaskMatchers, TaskMatchers } from './jest/jest-types.js';

/* eslint-disable @typescript-eslint/no-empty-object-type, @typescript-eslint/no-unused-vars, @typescript-eslint/no-namespace --
   interfaces of others get more members; their parameters are given by them */
declare global {
  namespace jest {
    interface Matchers<R, T> extends TaskMatchers<R> {}
    interface Expect extends AsymmetricTaskMatchers {}
    interface InverseAsymmetricMatchers extends AsymmetricTaskMatchers {}
  }
}

declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T> extends TaskMatchers<R> {}
  interface AsymmetricMatchers extends AsymmetricTaskMatchers {}
}
/* eslint-enable */

const { expect } = globalThis as { expect?: ExpectLike };
if (typeof expect?.extend === 'function') extendExpect(expect);
