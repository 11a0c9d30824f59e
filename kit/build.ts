/** Makes the package: `npm pack` in this folder runs it. JavaScript for Node 20 and later, types, JSON Schemas. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { buildSync } from 'esbuild';
import { jsonSchemas, schemaText } from './schemas/json-schemas.ts';

const FOLDER = import.meta.dirname;
const DIST = join(FOLDER, 'dist');

rmSync(DIST, { recursive: true, force: true });
buildSync({
  entryPoints: ['index.ts', 'api/index.ts', 'stream/index.ts', 'cdk/index.ts'].map(file =>
    join(FOLDER, file),
  ),
  outbase: FOLDER,
  outdir: DIST,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  external: ['aws-cdk-lib', 'constructs', '@aws-sdk/client-kinesis'],
  logLevel: 'warning',
});
writeTypes();
copyFileSync(join(FOLDER, '../LICENSE'), join(FOLDER, 'LICENSE'));
for (const [file, schema] of jsonSchemas()) writeFileSync(join(FOLDER, 'schemas', file), schemaText(schema));

/** Compilers of whoever installs the package look for `.js` where this project writes `.ts`. */
function writeTypes(): void {
  const compiler = join(
    dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
    'bin/tsc',
  );
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', FOLDER], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the types cannot be made:\n${stdout}`);
  const types = join(DIST, 'types');
  for (const file of readdirSync(types, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.d.ts')) continue;
    const text = readFileSync(join(types, file), 'utf8');
    writeFileSync(
      join(types, file),
      text.replace(/(from\s+|import\()(['"])(\.[^'"]+)\.ts\2/g, '$1$2$3.js$2'),
    );
  }
}
