/** What a bundle is made of, as its bill of materials says it. */
import { expect, test } from '@jest/globals';
import { billOfMaterials } from '../../../lib/pipeline/bill-of-materials.ts';

const metafile = (files: Record<string, number>) => ({
  inputs: {},
  outputs: {
    'ingester.mjs': {
      ...{ bytes: 1, imports: [], exports: [] },
      inputs: Object.fromEntries(
        Object.entries(files).map(([file, bytesInOutput]) => [file, { bytesInOutput }]),
      ),
    },
  },
});

const LOCKED = {
  'node_modules/ws': { version: '8.0.0', license: 'MIT', integrity: 'sha512-AQID' },
  'node_modules/@aws-sdk/core': { version: '3.0.0', license: '(MIT OR Apache-2.0)' },
  'node_modules/@aws-sdk/core/node_modules/ws': { version: '7.0.0' },
  'node_modules/jest': { version: '30.0.0' },
};

const said = (files: Record<string, number>, base?: string) =>
  JSON.parse(billOfMaterials({ name: 'ingester', metafile: metafile(files), locked: LOCKED, base }));

test('it names every package of which something is in the bundle, once, with its version, licence and digest', () => {
  const { components, metadata } = said({
    'runtime/ingester/main.ts': 10,
    'node_modules/ws/lib/a.js': 10,
    'node_modules/ws/lib/b.js': 10,
    'node_modules/@aws-sdk/core/dist/index.js': 10,
    'node_modules/@aws-sdk/core/node_modules/ws/index.js': 10,
    'node_modules/jest/index.js': 0,
  });
  expect(metadata.component.name).toBe('ingester');
  expect(components).toEqual([
    {
      ...{
        type: 'library',
        'bom-ref': 'node_modules/@aws-sdk/core',
        name: '@aws-sdk/core',
        version: '3.0.0',
      },
      licenses: [{ expression: '(MIT OR Apache-2.0)' }],
      purl: 'pkg:npm/%40aws-sdk/core@3.0.0',
    },
    {
      ...{ type: 'library', 'bom-ref': 'node_modules/@aws-sdk/core/node_modules/ws', name: 'ws' },
      ...{ version: '7.0.0', purl: 'pkg:npm/ws@7.0.0' },
    },
    {
      ...{ type: 'library', 'bom-ref': 'node_modules/ws', name: 'ws', version: '8.0.0' },
      hashes: [{ alg: 'SHA-512', content: '010203' }],
      licenses: [{ expression: 'MIT' }],
      purl: 'pkg:npm/ws@8.0.0',
    },
  ]);
});

test('it names the image that the bundle runs on, with the digest that pins it', () => {
  const { components } = said({}, 'localhost:5000/library/node:24-slim@sha256:00');
  expect(components).toEqual([
    {
      ...{ type: 'container', 'bom-ref': 'localhost:5000/library/node:24-slim@sha256:00' },
      ...{ name: 'localhost:5000/library/node', version: '24-slim@sha256:00' },
    },
  ]);
});

test('it is made of nothing that is not locked', () => {
  expect(() => said({ 'node_modules/other/index.js': 1 })).toThrow(
    'node_modules/other is in the bundle and not in package-lock.json: run npm ci',
  );
});
