/** Bundles what runs, here and in process while the app synthesizes: no container builder, no network, no other program. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { buildSync } from 'esbuild';
import { stageOf } from '../settings/stage.ts';
import { billOfMaterials, type LockedPackage } from './bill-of-materials.ts';

export interface BundleProps {
  /** What the bundle starts with, from the project's folder. */
  readonly entry: string;
  /** What the bundle is called; its source map and its bill of materials lie beside it. */
  readonly file: string;
  /** The image that it runs on. @default none of ours */
  readonly base?: string;
  /** Folders of packages that lie beside it. @default none */
  readonly beside?: readonly string[];
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
  const folder = join(stageOf(scope).assetOutdir, 'bundles', nameOf(props));
  mkdirSync(folder, { recursive: true });
  if (Stack.of(scope).bundlingRequired) writeBundle(folder, props);
  return folder;
}

const nameOf = ({ file }: BundleProps) => file.replace(/\.mjs$/, '');

/** Writes the bundle, its source map and its bill of materials into the folder. */
export function writeBundle(folder: string, props: BundleProps): void {
  const { entry, file, base, beside } = props;
  const { outputFiles, metafile } = buildSync({
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
    // Native: it lies beside the bundle.
    external: ['zeromq'],
    metafile: true,
    logLevel: 'warning',
  });
  for (const { path, contents } of outputFiles) writeFileSync(join(folder, basename(path)), contents);
  const name = nameOf(props);
  const lock: { packages: Record<string, LockedPackage> } = JSON.parse(
    readFileSync(join(PROJECT, 'package-lock.json'), 'utf8'),
  );
  const bill = billOfMaterials({ name, metafile, locked: lock.packages, base, beside });
  writeFileSync(join(folder, `${name}.cdx.json`), bill);
}
