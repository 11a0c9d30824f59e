/** S3 buckets of the stage: folders on this machine. */
import { randomUUID } from 'node:crypto';
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import * as v from 'valibot';
import { makeFolder } from '../../runtime/platform/folder.ts';
import { region } from './account.ts';
import type { Resource } from './assembly.ts';
import type { Created } from './deployment.ts';
import type { Named } from './named.ts';
import { parseProperties } from './properties.ts';
import { Uploads } from './uploads.ts';

const schema = v.object({ BucketName: v.optional(v.string()) });

/** One bucket. */
export class LocalBucket implements Named, Created {
  readonly path: string;
  readonly name: string;
  readonly arn: string;
  /** Where its objects lie, each under its key. Made with the first object. */
  readonly folder: string;
  /** Refuses what is put, as a bucket does whose writer has lost its right to it. */
  refuses = false;
  /** Objects that come in parts, and are not yet whole. */
  readonly uploads: Uploads;

  constructor(path: string, name: string, parent: string) {
    this.path = path;
    this.name = name;
    this.arn = `arn:aws:s3:::${name}`;
    this.folder = join(parent, name);
    this.uploads = new Uploads(this.folder);
  }

  get ref(): string {
    return this.name;
  }

  attribute(name: string): string | undefined {
    const domain = `${this.name}.s3.${region}.amazonaws.com`;
    return new Map([
      ['Arn', this.arn],
      ['DomainName', `${this.name}.s3.amazonaws.com`],
      ['RegionalDomainName', domain],
    ]).get(name);
  }

  /** Stores one object, whole or not at all. @throws Error when the bucket refuses it */
  async put(key: string, body: string | Uint8Array): Promise<void> {
    if (this.refuses) throw new Error(`bucket ${this.name} refuses ${key}: AccessDenied`);
    const file = join(this.folder, key);
    makeFolder(dirname(file));
    const unfinished = join(this.folder, `.${randomUUID()}`);
    await writeFile(unfinished, body);
    await rename(unfinished, file);
  }

  /** Keys that begin with `prefix`, which ends with a slash or is empty; in order. */
  async keys(prefix: string): Promise<string[]> {
    const options = { recursive: true, withFileTypes: true } as const;
    const entries = await readdir(join(this.folder, prefix), options).catch(() => []);
    const files = entries.filter(entry => entry.isFile());
    const paths = files.map(({ parentPath, name }) => relative(this.folder, join(parentPath, name)));
    return paths.filter(path => !path.startsWith('.')).sort();
  }

  /** Keys that begin with any text; in order. */
  async keysFrom(prefix: string): Promise<string[]> {
    const keys = await this.keys(prefix.slice(0, prefix.lastIndexOf('/') + 1));
    return keys.filter(key => key.startsWith(prefix));
  }

  read(key: string): Promise<Buffer> {
    return readFile(join(this.folder, key));
  }

  /** In bytes. */
  async sizeOf(key: string): Promise<number> {
    return (await stat(join(this.folder, key))).size;
  }

  /** Whether it was there or not. */
  async remove(key: string): Promise<void> {
    await rm(join(this.folder, key), { force: true });
  }

  /** Stores an object under another key. */
  async move(key: string, to: string): Promise<void> {
    const file = join(this.folder, to);
    makeFolder(dirname(file));
    await rename(join(this.folder, key), file);
  }
}

/** The bucket that `resource` declares, a folder inside `parent`. */
export function createBucket(resource: Resource, properties: unknown, parent: string): LocalBucket {
  const { BucketName } = parseProperties(resource, schema, properties);
  const name = BucketName ?? `${resource.stackName}-${resource.logicalId}`.toLowerCase();
  return new LocalBucket(resource.path, name, parent);
}
