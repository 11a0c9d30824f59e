/** Reads one stage of a synthesized cloud assembly: its stacks, their resources with construct paths, their assets. */
import { dirname, resolve } from 'node:path';
import {
  AssetManifestArtifact,
  type CloudAssembly,
  type CloudFormationStackArtifact,
} from 'aws-cdk-lib/cx-api';

/** The parts of a CloudFormation template that the engine reads. */
export interface Template {
  readonly Resources?: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<
    Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: unknown } }>
  >;
  readonly Parameters?: Readonly<Record<string, { readonly Type: string; readonly Default?: unknown }>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Rules?: unknown;
}

interface TemplateResource {
  readonly Type: string;
  readonly Properties?: unknown;
  readonly Condition?: string;
}

/** One stack as synthesized. */
export interface Stack {
  /** Construct path inside the stage, such as `Storage`. */
  readonly path: string;
  /** Name that CloudFormation knows it by, such as `dev-Storage`. */
  readonly name: string;
  readonly template: Template;
  readonly resources: readonly Resource[];
  /** Folder of a bundled file asset, by its object key (`<hash>.zip`). */
  readonly files: ReadonlyMap<string, string>;
  /** Build folder of a container image asset, by its tag. */
  readonly images: ReadonlyMap<string, string>;
}

/** One resource of a stack, its properties not yet resolved. */
export interface Resource {
  readonly stackName: string;
  readonly logicalId: string;
  /** Construct path inside the stage without a trailing `Resource`, such as `Storage/Stocks/Minutes`. */
  readonly path: string;
  readonly type: string;
  readonly properties: unknown;
  readonly condition: string | undefined;
}

/**
 * The stacks of the stage `stage`, those that others depend on first.
 * @throws when the assembly has no such stage
 */
export function readStage(assembly: CloudAssembly, stage: string): Stack[] {
  const nested = assembly.nestedAssemblies.find(candidate => candidate.displayName === stage);
  if (nested === undefined) {
    const known = assembly.nestedAssemblies.map(candidate => candidate.displayName).join(', ');
    throw new Error(`stage '${stage}' is not in the cloud assembly: use one of ${known || '(it has none)'}`);
  }
  return nested.nestedAssembly.stacks.map(stack => readStack(stack, stage));
}

function readStack(artifact: CloudFormationStackArtifact, stage: string): Stack {
  const template: Template = artifact.template;
  const local = (path: string) => {
    const absolute = path.replace(/^\//, '');
    return absolute.startsWith(`${stage}/`) ? absolute.slice(stage.length + 1) : absolute;
  };
  const paths = new Map<string, string>();
  for (const { path, data } of artifact.findMetadataByType('aws:cdk:logicalId')) {
    if (typeof data === 'string') paths.set(data, local(path).replace(/\/Resource$/, ''));
  }
  const resources = Object.entries(template.Resources ?? {}).map(([logicalId, resource]) => ({
    stackName: artifact.stackName,
    logicalId,
    path: paths.get(logicalId) ?? `${local(artifact.hierarchicalId)}/${logicalId}`,
    type: resource.Type,
    properties: resource.Properties ?? {},
    condition: resource.Condition,
  }));
  return {
    path: local(artifact.hierarchicalId),
    name: artifact.stackName,
    template,
    resources,
    ...assetsOf(artifact),
  };
}

function assetsOf(artifact: CloudFormationStackArtifact): Pick<Stack, 'files' | 'images'> {
  const files = new Map<string, string>();
  const images = new Map<string, string>();
  for (const manifest of artifact.dependencies) {
    if (!AssetManifestArtifact.isAssetManifestArtifact(manifest)) continue;
    const from = dirname(manifest.file);
    for (const asset of Object.values(manifest.contents.files ?? {})) {
      const path = asset.source.path;
      if (path === undefined) continue;
      for (const { objectKey } of Object.values(asset.destinations))
        files.set(objectKey, resolve(from, path));
    }
    for (const asset of Object.values(manifest.contents.dockerImages ?? {})) {
      const folder = asset.source.directory;
      if (folder === undefined) continue;
      for (const { imageTag } of Object.values(asset.destinations))
        images.set(imageTag, resolve(from, folder));
    }
  }
  return { files, images };
}
