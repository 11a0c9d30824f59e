/** What functions and containers print: metric lines apart from log lines, each with who printed it. */
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import * as v from 'valibot';

const emfSchema = v.looseObject({
  _aws: v.object({
    Timestamp: v.number(),
    CloudWatchMetrics: v.array(
      v.object({
        Namespace: v.string(),
        Dimensions: v.optional(v.array(v.array(v.string()))),
        Metrics: v.array(v.object({ Name: v.string(), Unit: v.optional(v.string()) })),
      }),
    ),
  }),
});

/** One line in CloudWatch's embedded metric format; values stand beside `_aws` under their metric's name. */
export type Emf = v.InferOutput<typeof emfSchema>;

/** Who listens to what units print; `source` is the unit's construct path. */
export interface Listeners {
  readonly emf: Set<(source: string, metrics: Emf) => void>;
  readonly log: Set<(source: string, line: string) => void>;
}

/** Hands every line of `stream` to `listeners`; resolves when the stream has ended. */
export function collect(source: string, stream: Readable, listeners: Listeners): Promise<void> {
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  lines.on('line', line => {
    const metrics = emfOf(line);
    if (metrics !== undefined) for (const listener of listeners.emf) listener(source, metrics);
    else if (line !== '') for (const listener of listeners.log) listener(source, line);
  });
  return new Promise(resolve => lines.on('close', resolve));
}

function emfOf(line: string): Emf | undefined {
  if (!line.startsWith('{') || !line.includes('"_aws"')) return undefined;
  try {
    const parsed = v.safeParse(emfSchema, JSON.parse(line));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
