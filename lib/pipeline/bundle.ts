/** Bundles what runs, here and in process while the app synthesizes: no container builder, no network, no other program. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { buildSync } from 'esbuild';
import { stageOf } from '../settings/stage.ts';

export interface BundleProps {
  /** What the bundle starts with, from the project's folder. */
  readonly entry: string;
  /** What the bundle is called; its source map lies beside it. */
  readonly file: string;
}

const PROJECT = join(import.meta.dirname, '../..');

/** Lets CommonJS packages inside an ES module load Node's own modules. */
const REQUIRE =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/**
 * Bundles a unit with everything it imports, the AWS SDK too: what runs is what was tested.
 * @returns the folder with the bundle. It is empty for a stack that this run of the CDK is not asked for.
 */
export function bundle(scope: Construct, props: BundleProps): string {
  const folder = join(stageOf(scope).assetOutdir, 'bundles', props.file.replace(/\.mjs$/, ''));
  mkdirSync(folder, { recursive: true });
  if (Stack.of(scope).bundlingRequired) writeBundle(folder, props);
  return folder;
}

/** Writes the bundle and its source map into the folder. */
export function writeBundle(folder: string, { entry, file }: BundleProps): void {
  const { outputFiles } = buildSync({
    entryPoints: [join(PROJECT, entry)],
    // Not where it will lie: the source map would name that place, and the asset's hash depend on it.
    outfile: join(PROJECT, file),
    write: false,
    absWorkingDir: PROJECT,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: REQUIRE },
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'warning',
  });
  for (const { path, contents } of outputFiles) writeFileSync(join(folder, basename(path)), contents);
}
