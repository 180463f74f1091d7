/** The project's own configuration, for leaks.scenarios.ts alone. */
import path from 'node:path';

import config from '../../../jest.config.js';

export default {
  ...config,
  globalSetup: null,
  rootDir: path.join(import.meta.dirname, '../../..'),
  roots: [import.meta.dirname],
  testMatch: ['**/leaks.scenarios.ts'],
  setupFilesAfterEnv: [path.join(import.meta.dirname, 'leaks.setup.ts')],
  forceExit: true,
};
