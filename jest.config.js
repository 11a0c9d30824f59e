/** How the tests run: ES modules, TypeScript stripped by swc, one test file per source file. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript' },
          target: 'es2024',
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  // As consumers name it who have it installed.
  moduleNameMapper: {
    '^barflow-kit$': '<rootDir>/kit/index.ts',
    '^barflow-kit/(stream|cdk)$': '<rootDir>/kit/$1/index.ts',
  },
  // Tests wait for states and not for times, so every core may be busy.
  maxWorkers: '100%',
  // A guard against hanging, not a measure: a busy machine may take many times what an idle one does.
  testTimeout: 240_000,
};
