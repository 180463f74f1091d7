/** The configuration of `npm run test:all`: what `npm test` leaves out. */
import config from './jest.config.js';

export default {
  ...config,
  testMatch: ['**/*.all.spec.ts', '**/*.sweep.spec.ts'],
  testPathIgnorePatterns: [],
  globals: { wholeSweeps: true },
};
