/** What containers are told of sinks, and what it takes to bill them. */
import { s3Env, sinkEnv } from '../../runtime/platform/sink-names.ts';

export interface PassedOn {
  /** Kinds of the sinks of what is passed on. */
  readonly sinks: readonly string[];
  /** Of the sink `s3`: bytes that are uploaded at a time, minutes that an object covers, and days that it is kept, which need not be said. */
  readonly objects: {
    readonly part: number;
    readonly minutes: number;
    readonly days: number | undefined;
  };
}

export interface Container {
  readonly Secrets?: readonly { readonly ValueFrom: unknown }[];
  readonly Environment?: readonly { readonly Name: string; readonly Value: unknown }[];
}

/** Which secret that is, the same for all who use it. */
export function secretIn({ ValueFrom }: { readonly ValueFrom: unknown }): string {
  return JSON.stringify(ValueFrom);
}

/** What containers are told of what they pass on, and for how long their bucket keeps it. */
export function passedOn(
  containers: readonly Container[],
  buckets: readonly { readonly path: string; readonly LifecycleConfiguration?: unknown }[],
): PassedOn {
  const told = (name: string) =>
    containers.flatMap(({ Environment = [] }) =>
      Environment.filter(({ Name }) => Name === name).map(({ Value }) => `${Value}`),
    );
  const bucket = buckets.find(({ path }) => path.endsWith('Objects/Bucket'));
  const [rule] = Object(bucket?.LifecycleConfiguration).Rules ?? [];
  return {
    sinks: [...new Set(told(sinkEnv.sink).flatMap(list => list.split(',')))],
    objects: {
      part: Number(told(s3Env.partSizeBytes)[0] ?? 0),
      minutes: Number(told(s3Env.windowMinutes)[0] ?? 0),
      days: rule?.ExpirationInDays,
    },
  };
}
