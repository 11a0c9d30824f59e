/** How the tests run: ES modules, TypeScript stripped by swc, one test file per source file. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

// Hundreds of commands and containers are started: each finds compiled what the one before it has read.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/compiled');

export default {
  // Most of what a suite would load is the CDK and the SDK, which no test changes: a worker loads them once.
  testEnvironment: './test/support/jest/environment.js',
  runtime: './test/support/jest/runtime.js',
  setupFiles: ['./test/support/jest/seed.ts'],
  // The CDK forgets no token: a worker that holds more than this is replaced between two suites.
  workerIdleMemoryLimit: '1GB',
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
  // Tests wait for states and not for times, so every core may be busy; while one waits, another works.
  maxWorkers: Math.ceil(1.5 * availableParallelism()),
  // A guard against hanging, not a measure: a busy machine may take many times what an idle one does.
  testTimeout: 240_000,
};
