/**
 * The configuration of `npm test`. Specs run as CommonJS without type checks (spec/types checks the types of everything
 * once). The name of a spec file says when it is run:
 *
 *     NAME.spec.ts          npm test
 *     NAME.all.spec.ts      npm run test:all: wants a server or a browser, ends processes by force, or takes long
 *     NAME.sweep.spec.ts    both: a few of its points, then all of them (spec/support/sweep.ts)
 */
export default {
  // All configurations share what is transformed.
  id: 'rxtasks',
  // Many specs wait for processes: on two processors two of them run at a time, not one.
  maxWorkers: '100%',
  // Only what hangs takes so long: a busy machine is no failure.
  testTimeout: 300_000,
  globalSetup: '<rootDir>/spec/support/compile.mjs',
  testEnvironment: '<rootDir>/spec/support/environment.mjs',
  roots: ['<rootDir>/spec'],
  testMatch: ['**/*.spec.ts'],
  testPathIgnorePatterns: ['\\.all\\.spec\\.ts$'],
  transform: {
    '^.+\\.ts$': [
      'ts-jest',
      {
        tsconfig: {
          target: 'es2022',
          lib: ['es2023', 'esnext.disposable', 'dom', 'dom.iterable'],
          module: 'commonjs',
          moduleResolution: 'bundler',
          esModuleInterop: true,
          resolveJsonModule: true,
          isolatedModules: true,
          verbatimModuleSyntax: false,
          types: ['node', 'jest'],
        },
      },
    ],
  },
  moduleNameMapper: {
    '^rxtasks$': '<rootDir>/lib/index.ts',
    '^rxtasks/testing/jest$': '<rootDir>/lib/testing/jest.ts',
    '^rxtasks/(\\w+)$': '<rootDir>/lib/$1/index.ts',
    '^\\./here\\.js$': '<rootDir>/spec/support/here.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
};
