/** What makes the names of things that stand in AWS already unusable: AWS would refuse them, or take them for something else. */
import { fault, isObject, isText, repeatFaults, unknownFaults } from './fault.ts';

/** A parameter of the parameter store, by name, an object in a bucket, or a stream of the Redis that a sink of the feed writes to. */
export type SymbolSource =
  | { readonly parameter: string }
  | { readonly bucket: string; readonly key: string }
  | { readonly redisStream: string };

const SECRET = 'the name of a secret, not its ARN: up to 512 letters, digits and /_+=.@-';
const PARAMETER =
  "the name of a parameter, not its ARN: letters, digits and _.-, parts after slashes with a slash in front too, not 'aws' or 'ssm' first";
const BUCKET =
  'the name of a bucket, not its ARN or an alias: 3 to 63 lower-case letters, digits, single dots and hyphens';

/** An access point or a directory bucket: permissions for a bucket of that name would not hold. */
const NOT_A_BUCKET = /(-s3alias|--ol-s3|--x-s3|--table-s3|\.mrap)$/;

/** ECS asks for the ARN without the suffix that Secrets Manager gives it: a hyphen and six characters. A name that ends like that is cut off there. */
export function* secretFaults(path: string, name: unknown): Generator<string> {
  if (!isText(name, /^[\w/+=.@-]{1,512}$/)) return yield fault(path, name, SECRET);
  const [, start, end] = /^(.*)-(.{6})$/.exec(name) ?? [];
  if (end !== undefined)
    yield fault(
      path,
      name,
      `a name without a hyphen before its last six characters, which AWS takes for the end of an ARN: '${start}/${end}'`,
    );
}

/** Whether it is the number of an account. */
export function isAccount(got: unknown): got is string {
  return isText(got, /^\d{12}$/);
}

export function* readerFaults(path: string, readers: unknown): Generator<string> {
  if (!Array.isArray(readers)) return yield fault(path, readers, 'a list of accounts');
  for (const reader of readers)
    if (!isAccount(reader)) yield fault(path, reader, 'accounts, each twelve digits in quotes');
  yield* repeatFaults(path, readers);
}

export function* bucketFaults(path: string, bucket: unknown): Generator<string> {
  const isBucket = isText(bucket, /^(?![\d.]+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/);
  if (!isBucket || NOT_A_BUCKET.test(bucket)) yield fault(path, bucket, BUCKET);
}

export function* sourceFaults(path: string, source: unknown): Generator<string> {
  if (!isObject(source))
    return yield fault(
      path,
      source,
      "{ parameter: 'its name' }, { bucket: 'its name', key: 'of the object' } or { redisStream: 'its key' }",
    );
  if ('parameter' in source) {
    yield* unknownFaults(path, source, ['parameter']);
    if (!isText(source.parameter, /^(?!\/?(aws|ssm))([\w.-]+|(\/[\w.-]+){1,15})$/i))
      yield fault(`${path}.parameter`, source.parameter, PARAMETER);
    return;
  }
  if ('redisStream' in source) {
    yield* unknownFaults(path, source, ['redisStream']);
    if (!isText(source.redisStream, /^[!-~]{1,256}$/))
      yield fault(
        `${path}.redisStream`,
        source.redisStream,
        "the key of a stream, up to 256 printable ASCII characters without spaces, such as 'stream:scanner:filtered'",
      );
    return;
  }
  yield* unknownFaults(path, source, ['parameter', 'bucket', 'key', 'redisStream']);
  const { bucket, key } = source;
  yield* bucketFaults(`${path}.bucket`, bucket);
  // In the permission to read it these are wildcards and the beginning of a variable.
  if (!isText(key, /^[^\s*?$]{1,1024}$/))
    yield fault(`${path}.key`, key, 'the key of an object without spaces, *, ? and $');
}
