import { readFileSync } from 'node:fs';
import path from 'node:path';

import eslint from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import rxjsX from 'eslint-plugin-rxjs-x';
import tseslint from 'typescript-eslint';

const lib = path.join(import.meta.dirname, 'lib');
/** The folders of lib/, from the ground up; folders of one floor do not know each other. And who is excepted. */
const { floors, exceptions } = JSON.parse(
  readFileSync(path.join(import.meta.dirname, 'scripts/layering.json'), 'utf8'),
);

/** The floor of a folder of lib/; the files of lib/ itself, the entry points, stand above all. */
function floorOf(folder) {
  const floor = floors.findIndex((folders) => folders.includes(folder));
  return folder === '' ? floors.length : floor;
}

function folderOf(file) {
  const parts = path.relative(lib, file).split(path.sep);
  return parts.length === 1 ? '' : parts[0];
}

/** A file of lib/ imports downwards only, and reaches another folder through its index.js alone. */
const layering = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const from = folderOf(context.filename);
    function isException({ type }, specifier) {
      const file = path.relative(lib, context.filename).replaceAll(path.sep, '/');
      return type === 'ImportExpression' && exceptions.some((each) => each.from === file && each.imports === specifier);
    }
    function check(node) {
      const specifier = node?.value;
      if (typeof specifier !== 'string') return;
      if (/^rxjs\/(internal|src|dist)/.test(specifier)) {
        context.report({ node, message: `'${specifier}' is an internal of RxJS: import from 'rxjs'.` });
      }
      if (/^rxtasks($|\/)/.test(specifier) && !isException(node.parent, specifier)) {
        context.report({ node, message: `lib/ does not import itself by its name: '${specifier}'.` });
      }
      if (!specifier.startsWith('.')) return;
      const target = path.resolve(path.dirname(context.filename), specifier);
      const to = folderOf(target);
      if (to === from) return;
      if (to === '..' || path.relative(lib, target) !== path.join(to, 'index.js')) {
        context.report({ node, message: `Another folder of lib/ is used through its index.js alone: '${specifier}'.` });
      }
      if (floorOf(from) === -1) {
        context.report({ node, message: `The folder '${from}' has no floor: name it in scripts/floors.json.` });
      } else if (floorOf(to) === -1 || floorOf(to) >= floorOf(from)) {
        context.report({ node, message: `lib/${from} must not import from '${to}': imports go downwards only.` });
      }
    }
    return {
      ImportDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      TSImportType: (node) => check(node.source),
    };
  },
};

export default defineConfig(
  globalIgnores(['dist/', '.compiled/', 'coverage/', '**/.examples-*/', '**/fixtures/', '**/*.out']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked, rxjsX.configs.recommended],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],

      // Off, because they fight what this library is made of:
      // a coroutine that waits for nothing is a coroutine, an async function likewise;
      'require-yield': 'off',
      '@typescript-eslint/require-await': 'off',
      // one shared function is passed to RxJS and to the loop, with `this` given at the call (no closure per task);
      '@typescript-eslint/unbound-method': 'off',
      'rxjs-x/no-unbound-methods': 'off',
      '@typescript-eslint/no-this-alias': 'off',
      // whoever fails with something that is no Error gets it back as it was;
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
      'rxjs-x/throw-error': 'off',
      // a text names any value, objects too;
      '@typescript-eslint/restrict-template-expressions': 'off',
      '@typescript-eslint/no-base-to-string': 'off',
      // the index of a list that was just measured.
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['lib/**/*.ts'],
    plugins: { rxtasks: { rules: { layering } } },
    rules: {
      'rxtasks/layering': 'error',
      'no-console': ['error', { allow: ['error'] }],
      // that is how operators are made.
      'rxjs-x/no-nested-subscribe': 'off',
    },
  },
  {
    // An error for one of the two compilations only, so none can be expected.
    files: ['lib/jobs/here.ts'],
    rules: { '@typescript-eslint/ban-ts-comment': ['error', { 'ts-ignore': 'allow-with-description' }] },
  },
  {
    // Specs say what is done with values of any type, mistakes included, and test what a user might write.
    files: ['spec/**/*.ts', 'bench/**/*.ts'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/await-thenable': 'off',
      '@typescript-eslint/no-misused-promises': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      'no-empty': ['error', { allowEmptyCatch: true }],
      'rxjs-x/no-nested-subscribe': 'off',
      'rxjs-x/no-async-subscribe': 'off',
      'rxjs-x/prefer-observer': 'off',
    },
  },
  {
    // Type tests are compiled, not run: they name values and do nothing with them.
    files: ['spec/types/**/*.ts'],
    rules: { '@typescript-eslint/no-unused-vars': 'off', '@typescript-eslint/no-floating-promises': 'off' },
  },
  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'console',
          'process',
          'URL',
          'performance',
          'setTimeout',
          'clearTimeout',
          'setImmediate',
          'queueMicrotask',
          'Buffer',
          'AbortController',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
);
