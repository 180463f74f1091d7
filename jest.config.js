/** Specs run as CommonJS without type checks (spec/types checks the types of everything once). */
export default {
  // Many specs wait for servers and processes: on two processors two of them run at a time, not one.
  maxWorkers: '100%',
  // A busy machine is no failure.
  testTimeout: 30_000,
  globalSetup: '<rootDir>/spec/support/compile.mjs',
  testEnvironment: '<rootDir>/spec/support/environment.mjs',
  roots: ['<rootDir>/spec'],
  testMatch: ['**/*.spec.ts'],
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
