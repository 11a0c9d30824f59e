/** The ingester's image: a Dockerfile that only copies the bundle and what cannot be bundled. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { Annotations, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { version } from '../../runtime/platform/release-names.ts';
import { DOCKERFILE, ownBase, pinFault } from './base-image.ts';
import { bundle } from './bundle.ts';
import { copyZeroMq, zeromqPackages } from './zeromq-package.ts';

export class IngesterImage extends DockerImageAsset {
  constructor(scope: Construct, id: string) {
    const buildArgs = { RELEASE: version };
    super(scope, id, { directory: buildContext(scope), platform: Platform.LINUX_ARM64, buildArgs });
    const fault = pinFault(ownBase());
    // Of the stack: it is one fault, however many feeds have the image.
    if (fault !== undefined) Annotations.of(Stack.of(this)).addWarningV2('barflow:unpinnedBaseImage', fault);
  }
}

function buildContext(scope: Construct): string {
  const folder = bundle(scope, {
    ...{ entry: 'runtime/ingester/main.ts', file: 'ingester.mjs', base: ownBase() },
    beside: zeromqPackages,
  });
  if (Stack.of(scope).bundlingRequired) copyZeroMq(folder);
  copyFileSync(DOCKERFILE, join(folder, 'Dockerfile'));
  const volume = join(folder, 'volumes', 'backlog');
  mkdirSync(volume, { recursive: true });
  writeFileSync(join(volume, 'README'), 'Records wait here while the minutes stream cannot take them.\n');
  return folder;
}
