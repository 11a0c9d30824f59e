/** The image that the ingester's is built on, as its Dockerfile names it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where it is named. */
export const DOCKERFILE = join(import.meta.dirname, 'ingester.Dockerfile');

/** A reference such as `registry.example/node:24-slim@sha256:…`. */
export interface BaseImage {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  /** What it is by its content; undefined where it is whatever the tag names today. */
  readonly digest: string | undefined;
}

const ARGUMENT = /^ARG BASE=(.*)$/m;
const REFERENCE = /^([^/@\s]+)\/([a-z0-9._/-]+):([\w.-]+)(?:@(sha256:[0-9a-f]{64}))?$/;

/** The reference as a Dockerfile has it. @throws when it names none that can be pinned */
export function baseReference(dockerfile: string): string {
  const [, reference = ''] = ARGUMENT.exec(dockerfile) ?? [];
  return referenceOf(parseReference(reference.trim()));
}

export function parseReference(reference: string): BaseImage {
  const [, registry, repository, tag, digest] = REFERENCE.exec(reference) ?? [];
  if (registry === undefined || repository === undefined || tag === undefined)
    throw new Error(
      `the base image '${reference}' cannot be pinned: write ARG BASE=REGISTRY/NAME:TAG, or with @sha256: and 64 digits behind it, in ${DOCKERFILE}`,
    );
  return { registry, repository, tag, digest };
}

export function referenceOf({ registry, repository, tag, digest }: BaseImage): string {
  return `${registry}/${repository}:${tag}${digest === undefined ? '' : `@${digest}`}`;
}

/** The Dockerfile with that base in the place of its own. */
export function withBase(dockerfile: string, base: BaseImage): string {
  return dockerfile.replace(ARGUMENT, `ARG BASE=${referenceOf(base)}`);
}

/** What is wrong with a base that two builds of one commit may find different; undefined where it is pinned. */
export function pinFault(reference: string): string | undefined {
  if (parseReference(reference).digest !== undefined) return undefined;
  return `the ingester's base image ${reference} is not pinned: two builds of one commit may differ. npm run image:bump writes its digest into the Dockerfile, where the registry can be reached`;
}

/** The reference that the project's own Dockerfile has. */
export const ownBase = () => baseReference(readFileSync(DOCKERFILE, 'utf8'));
