import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** Files that hold a package's own code: what is published, without tests, configuration and build output. */
const LIBRARY_SOURCE = ['packages/*/src/**/*.ts'];
const EMULATOR_SOURCE = ['packages/emulator/src/**/*.ts'];

/** A library that is easy to swap is imported in one place. `owner` says where, everywhere else it is refused. */
const OWNED_MODULES = [
  { module: 'got', owner: 'packages/http/src/**/got-transport.ts' },
  { module: 'undici', owner: 'packages/http/src/**/undici-transport.ts' },
  { module: 'undici', owner: 'packages/http/src/**/undici-pools.ts' },
  { module: 'p-retry', owner: 'packages/http/src/**/retry-loop.ts' },
  { module: 'lru-cache', owner: 'packages/http/src/**/loading-cache.ts' },
  { module: 'bullmq', owner: 'packages/invocation-queue/src/**/queue-engine.ts' },
  { module: 'bullmq', owner: 'packages/invocation-queue/src/**/queue-connection.ts' },
];
const OWNED_NAMES = [...new Set(OWNED_MODULES.map(({ module }) => module))];

/** Modules no library file may import, whatever its name. */
const REFUSED_MODULES = [
  { module: '@lp-functions/emulator', because: 'The emulator is for tests and for apps/cli.' },
  { module: 'node:process', because: 'A library does not look at the process it runs in: take it as an option.' },
  { module: 'process', because: 'A library does not look at the process it runs in: take it as an option.' },
  { module: 'node:console', because: 'A library does not print: log through the Logger option.' },
  { module: 'console', because: 'A library does not print: log through the Logger option.' },
];

const NAMED_EXPORTS_ONLY = [
  { selector: 'ExportDefaultDeclaration', message: 'Exports have names.' },
  { selector: 'ExportSpecifier[exported.name="default"]', message: 'Exports have names.' },
  { selector: 'ExportAllDeclaration', message: 'index.ts lists what is public by name.' },
];

/**
 * A test whose assertions stand where only a failure leads passes when nothing fails. Success must lead elsewhere: the `try` asserts as
 * well, or the `catch` returns and something stands behind it, or the assertions are counted.
 */
const EXPECT = 'CallExpression[callee.name="expect"]';
const COUNTED = ':function:has(CallExpression[callee.object.name="expect"][callee.property.name="assertions"])';
const ASSERTIONS_THAT_MAY_NOT_RUN = [
  `TryStatement:not(:has(.block ${EXPECT})):not(:has(CatchClause ReturnStatement)):not(${COUNTED} *) > CatchClause ${EXPECT}`,
  `CallExpression[callee.property.name="catch"] > :function ${EXPECT}`,
].map((selector) => ({
  selector,
  message: 'Nothing fails here when nothing is thrown: expect(…).rejects, expect(…).toThrow.',
}));

/** What would turn text into markup or code. Names, payloads and headers of others stand in the console as text. */
const MARKUP_FROM_TEXT = [
  { selector: 'JSXAttribute[name.name="dangerouslySetInnerHTML"]', message: 'Text is never markup.' },
  {
    selector: 'MemberExpression[property.name=/^(?:inner|outer)HTML$|^insertAdjacentHTML$/]',
    message: 'Text is never markup.',
  },
];

/**
 * The import rules of one library file.
 *
 * @param {readonly string[]} mayImport the owned modules this file may import
 */
function importRules(mayImport) {
  const refused = [
    ...REFUSED_MODULES,
    ...OWNED_NAMES.filter((module) => !mayImport.includes(module)).map((module) => ({
      module,
      because: `Only ${OWNED_MODULES.filter((owned) => owned.module === module)
        .map(({ owner }) => owner.replace('**/', ''))
        .join(' and ')} may import it.`,
    })),
  ];
  return {
    '@typescript-eslint/no-restricted-imports': 'off',
    'no-restricted-imports': [
      'error',
      { patterns: refused.map(({ module, because }) => ({ regex: `^${module}(?:/|$)`, message: because })) },
    ],
    // The rule above sees import and export declarations. These are the other ways to name a module.
    'no-restricted-syntax': [
      'error',
      ...NAMED_EXPORTS_ONLY,
      ...refused.flatMap(({ module, because }) => {
        const literal = `Literal[value=/^${module.replaceAll('/', '\\u002F')}(?:\\u002F|$)/]`;
        return [
          `ImportExpression > ${literal}`,
          `TSImportType ${literal}`,
          `TSExternalModuleReference > ${literal}`,
          `CallExpression[callee.name="require"] > ${literal}`,
        ].map((selector) => ({ selector, message: because }));
      }),
      {
        selector: 'ImportExpression > :not(Literal).source',
        message: 'A dynamic import names its module in a string literal, so that it can be checked.',
      },
      {
        selector: 'MemberExpression[object.name="globalThis"][property.name=/^(?:process|console|fetch)$/]',
        message: 'A library takes its surroundings as options.',
      },
    ],
  };
}

export default defineConfig(
  { ignores: ['**/dist/', '**/coverage/', '**/.turbo/', '**/node_modules/', '.site/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },

  js.configs.recommended,
  { languageOptions: { ecmaVersion: 2023, globals: globals.node }, rules: { eqeqeq: ['error', 'smart'] } },

  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': ['error', { checkThenables: true }],
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // Factories return closures: what they hand out has no `this` to lose.
      '@typescript-eslint/unbound-method': 'off',
      // The stylistic rules that prevent a mistake or a debate.
      '@typescript-eslint/array-type': ['error', { default: 'array', readonly: 'array' }],
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/non-nullable-type-assertion-style': 'error',
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { string: true, boolean: true } }],
      '@typescript-eslint/prefer-optional-chain': 'error',
    },
  },

  {
    files: LIBRARY_SOURCE,
    ignores: EMULATOR_SOURCE,
    rules: {
      'no-console': 'error',
      'no-restricted-globals': [
        'error',
        { name: 'fetch', message: 'Requests go through an HttpTransport or the HttpClient option.' },
      ],
      'no-restricted-properties': [
        'error',
        ...['env', 'exit', 'exitCode', 'argv', 'stdin', 'stdout', 'stderr'].map((property) => ({
          object: 'process',
          property,
          message: 'A library never reads the environment, prints or exits: apps do.',
        })),
      ],
      ...importRules([]),
    },
  },
  ...OWNED_MODULES.map(({ module, owner }) => ({ files: [owner], rules: importRules([module]) })),
  {
    // The emulator's console runs in a browser: what Node brings along is not there.
    files: ['packages/emulator/console/**/*.{ts,tsx}'],
    languageOptions: {
      globals: {
        ...globals.browser,
        ...Object.fromEntries(
          Object.keys(globals.node)
            .filter((name) => !(name in globals.browser))
            .map((name) => [name, 'off']),
        ),
      },
    },
    rules: { 'no-restricted-syntax': ['error', ...NAMED_EXPORTS_ONLY, ...MARKUP_FROM_TEXT] },
  },
  { files: EMULATOR_SOURCE, rules: { 'no-restricted-syntax': ['error', ...NAMED_EXPORTS_ONLY] } },

  {
    // A test may poke at what production code may not: half-formed values, odd throws, undeclared shapes.
    files: ['**/test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
    },
  },
  { files: ['**/test/**/*.{ts,mjs}'], rules: { 'no-restricted-syntax': ['error', ...ASSERTIONS_THAT_MAY_NOT_RUN] } },

  { files: ['apps/*/public/**/*.js'], languageOptions: { globals: globals.browser } },

  {
    // A function as LivePerson runs it: one global function called lambda, CommonJS.
    files: ['**/functions/*/index.js'],
    languageOptions: { sourceType: 'commonjs' },
    rules: { 'no-unused-vars': ['error', { varsIgnorePattern: '^lambda$' }] },
  },
);
