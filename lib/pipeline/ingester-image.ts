/** The ingester's image: a Dockerfile that only copies one bundled file, which is made here while the app synthesizes. */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import type { Construct } from 'constructs';
import { buildSync } from 'esbuild';
import { stageOf } from '../stage-of.ts';
import { esmRequire, projectRoot } from './bundling.ts';

export class IngesterImage extends DockerImageAsset {
  constructor(scope: Construct, id: string) {
    super(scope, id, { directory: writeContext(scope), platform: Platform.LINUX_ARM64 });
  }
}

/** Writes the build context into the cloud assembly. A stack that is not going to be deployed gets none of the bundle. */
function writeContext(scope: Construct): string {
  const context = join(stageOf(scope).assetOutdir, 'ingester');
  mkdirSync(context, { recursive: true });
  copyFileSync(join(import.meta.dirname, 'ingester.Dockerfile'), join(context, 'Dockerfile'));
  if (Stack.of(scope).bundlingRequired) bundle(join(context, 'ingester.mjs'));
  return context;
}

function bundle(outfile: string): void {
  buildSync({
    entryPoints: [join(projectRoot, 'runtime/ingester/main.ts')],
    outfile,
    absWorkingDir: projectRoot,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: esmRequire },
    sourcemap: 'inline',
    sourcesContent: false,
    logLevel: 'warning',
  });
}
