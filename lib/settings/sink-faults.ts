/** What makes a sink's settings unusable: a kind that there is not, or a setting that it cannot work with. */
import { isIPv4 } from 'node:net';
import { Duration, Size, SizeRoundingBehavior } from 'aws-cdk-lib/core';
import { patternForm, patternsIn } from '../../runtime/ingester/sinks/passed-on/selection.ts';
import { anyOf, durationFaults, fault, isObject, isText, repeatFaults, unknownFaults } from './fault.ts';
import { bucketFaults, secretFaults } from './name-faults.ts';
import type { SinkKind, SinkSettings, TakingSettings } from './sink-settings.ts';
import { countFaults } from './size-faults.ts';

/** What is wrong with what was got; nothing when it may be that. @param path where it stands */
type Check = (path: string, got: unknown) => Iterable<string>;
type Checks<Settings> = { readonly [Name in keyof Settings]-?: Check };
type Own<Kind extends SinkKind> = Omit<Extract<SinkSettings, { kind: Kind }>, 'kind' | keyof TakingSettings>;

const MEBIBYTE = 1024 * 1024;
/** S3 takes 10,000 parts of an object; one of each kind of events must find room on the task's disk. */
export const PART = { least: 16 * MEBIBYTE, most: 256 * MEBIBYTE };
const OBJECT = { least: 16 * MEBIBYTE, most: 40 * 1024 * MEBIBYTE };

const taking: Checks<TakingSettings> = {
  include: optional(includeFaults),
  sampleQuotes: optional(wholeFaults(1, 10_000_000)),
  withoutConditions: optional(conditionFaults),
};

const kinds: { readonly [Kind in SinkKind]: Checks<Own<Kind>> } = {
  stdout: {},
  zmq: { endpoint: endpointFaults },
  s3: {
    bucket: optional(bucketFaults),
    prefix: optional(prefixFaults),
    window: optional(windowFaults),
    maxObject: optional(sizeFaults(OBJECT)),
    part: optional(sizeFaults(PART)),
    marker: optional(flagFaults),
    keepFor: optional((path, got) =>
      durationFaults(path, got, {
        ...{ min: Duration.days(1), max: Duration.days(3_650), unit: Duration.days(1) },
      }),
    ),
  },
  redis: {
    urlSecret: hiddenFaults,
    tokenSecret: optional(hiddenFaults),
    port: optional(wholeFaults(1, 65_535)),
  },
  events: { shards: optional(countFaults) },
};

/** Kinds that there are elsewhere, and why not here. */
const NOT_HERE: Readonly<Record<string, string>> = {
  ndjson: 'a file goes with the task that wrote it: use s3, which writes the same lines',
};

export function* sinksFaults(path: string, got: unknown): Generator<string> {
  if (!Array.isArray(got)) return yield fault(path, got, "a list of sinks, such as [{ kind: 'events' }]");
  for (const [index, sink] of got.entries()) yield* sinkFaults(`${path}[${index}]`, sink);
  yield* repeatFaults(
    `the kind of two ${path}`,
    got.map(sink => (isObject(sink) ? sink['kind'] : sink)),
  );
}

function* sinkFaults(path: string, sink: unknown): Generator<string> {
  if (!isObject(sink)) return yield fault(path, sink, "the settings of a sink, such as { kind: 'events' }");
  const { kind, ...settings } = sink;
  const own = typeof kind === 'string' && Object.hasOwn(kinds, kind) ? checksOf(kind) : undefined;
  if (own === undefined) {
    const reason = NOT_HERE[`${kind}`];
    return yield reason === undefined
      ? fault(`${path}.kind`, kind, anyOf(Object.keys(kinds)))
      : `${path}.kind is '${kind}': ${reason}`;
  }
  if (kind === 'zmq' && 'bind' in settings)
    return yield `${path}.bind is there: leave it out, for nothing may connect to an ingester: subscribers bind, and it connects to \`endpoint\``;
  const checks = { ...own, ...taking };
  yield* unknownFaults(path, settings, Object.keys(checks));
  for (const [name, check] of Object.entries(checks)) yield* check(`${path}.${name}`, settings[name]);
  if (kind === 's3') yield* objectFaults(path, settings);
}

function checksOf(kind: string): Readonly<Record<string, Check>> | undefined {
  const all: Readonly<Record<string, Readonly<Record<string, Check>>>> = kinds;
  return all[kind];
}

function optional(check: Check): Check {
  return (path, got) => (got === undefined ? [] : check(path, got));
}

function wholeFaults(least: number, most: number): Check {
  return (path, got) =>
    typeof got === 'number' && Number.isInteger(got) && got >= least && got <= most
      ? []
      : [fault(path, got, `a whole number from ${least} to ${most}`)];
}

function flagFaults(path: string, got: unknown): string[] {
  return typeof got === 'boolean' ? [] : [fault(path, got, 'true or false')];
}

/** Whoever takes the secret for its name writes what nobody should read. */
function* hiddenFaults(path: string, got: unknown): Generator<string> {
  if (isText(got, /:\/\//))
    yield `${path} is an address, which is not shown for it may hold a password: use the name of the secret that has it`;
  else yield* secretFaults(path, got);
}

function* includeFaults(path: string, got: unknown): Generator<string> {
  if (!Array.isArray(got) || got.length === 0) return yield fault(path, got, `a list of ${patternForm}`);
  for (const pattern of got) if (!isPattern(pattern)) yield fault(path, pattern, patternForm);
  yield* repeatFaults(path, got);
}

function isPattern(got: unknown): boolean {
  if (!isText(got, /^[^,]+$/)) return false;
  try {
    return patternsIn(got).length === 1;
  } catch {
    return false;
  }
}

function* conditionFaults(path: string, got: unknown): Generator<string> {
  if (!Array.isArray(got) || got.length === 0)
    return yield fault(path, got, 'a list of whole numbers, such as [14, 41]');
  for (const condition of got) yield* wholeFaults(0, 10_000)(path, condition);
  yield* repeatFaults(path, got);
}

/** An address on the task itself has no subscriber, and one that stands for all of its addresses would be bound. */
function* endpointFaults(path: string, got: unknown): Generator<string> {
  const use =
    "where a subscriber binds, as the task reaches it: 'tcp://<host>:<port>', such as 'tcp://10.0.0.5:5556'";
  const [, host = '', port = ''] = /^tcp:\/\/([a-z0-9.-]{1,253}):(\d{1,5})$/.exec(`${got}`) ?? [];
  const isOwn = /^(?:localhost|127\..*|0\.0\.0\.0)$/.test(host);
  const isBroken = /^[\d.]+$/.test(host) && !isIPv4(host);
  if (
    typeof got !== 'string' ||
    host === '' ||
    isOwn ||
    isBroken ||
    Number(port) < 1 ||
    Number(port) > 65_535
  )
    yield fault(path, got, use);
}

/** In the permission to write there wildcards and variables have a meaning of their own. */
function* prefixFaults(path: string, got: unknown): Generator<string> {
  if (!isText(got, /^(?=.{1,256}$)[\w.=-]+(?:\/[\w.=-]+)*$/) || /(?:^|\/)\.{1,2}(?:\/|$)/.test(got))
    yield fault(
      path,
      got,
      'up to 256 letters, digits and _.=-, with single slashes between, such as raw/stocks',
    );
}

function* windowFaults(path: string, got: unknown): Generator<string> {
  const faults = durationFaults(path, got, {
    ...{ min: Duration.minutes(1), max: Duration.hours(1), unit: Duration.minutes(1) },
  });
  if (faults.length > 0) return yield* faults;
  if (got instanceof Duration && 60 % got.toMinutes() !== 0)
    yield fault(path, got, 'one by which an hour is divided, such as Duration.minutes(15)');
}

function sizeFaults({ least, most }: { readonly least: number; readonly most: number }): Check {
  return (path, got) => {
    const bytes = bytesOf(got);
    return bytes !== undefined && bytes >= least && bytes <= most && bytes % MEBIBYTE === 0
      ? []
      : [fault(path, shown(got), `a Size of ${mebibytes(least)} to ${mebibytes(most)}, in whole MiB`)];
  };
}

/** What only shows where settings meet. */
function* objectFaults(
  path: string,
  { maxObject, part, bucket, keepFor }: Readonly<Record<string, unknown>>,
) {
  const [whole, piece] = [bytesOf(maxObject), bytesOf(part)];
  if (whole !== undefined && piece !== undefined && whole < piece)
    yield `${path}.maxObject is ${mebibytes(whole)}: use at least a part, which has ${mebibytes(piece)}`;
  if (bucket !== undefined && keepFor !== undefined)
    yield `${path}.keepFor is said for a bucket that is not the feed's: leave one of both out, for that bucket has rules of its own`;
}

function bytesOf(got: unknown): number | undefined {
  return got instanceof Size ? got.toBytes({ rounding: SizeRoundingBehavior.NONE }) : undefined;
}

function mebibytes(bytes: number): string {
  return `${bytes / MEBIBYTE} MiB`;
}

function shown(got: unknown): unknown {
  const bytes = bytesOf(got);
  return bytes === undefined ? got : mebibytes(bytes);
}
