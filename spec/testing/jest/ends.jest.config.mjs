/** The project's own configuration, for the scenarios of active-run.spec.ts alone. */
import path from 'node:path';

import config from '../../../jest.config.js';

export default {
  ...config,
  globalSetup: null,
  rootDir: path.join(import.meta.dirname, '../../..'),
  roots: [import.meta.dirname],
  testMatch: ['**/ends.*.scenarios.ts'],
  forceExit: true,
};
