/** EventBridge rules of the stage: what matches is counted and handed to its topics, which tell nobody on this machine. */
import * as v from 'valibot';
import type { Resource } from './assembly.ts';
import type { AwsMetrics } from './aws-metrics.ts';
import type { Created } from './deployment.ts';
import type { Named } from './named.ts';
import { parseProperties, physicalName } from './properties.ts';

/** An event as it stands on the bus. */
export type BusEvent = Readonly<Record<string, unknown>>;

const schema = v.strictObject({
  Name: v.optional(v.string()),
  Description: v.optional(v.string()),
  EventPattern: v.record(v.string(), v.unknown()),
  State: v.optional(v.literal('ENABLED')),
  Targets: v.optional(v.array(v.strictObject({ Arn: v.string(), Id: v.string() })), []),
  Tags: v.optional(v.unknown()),
});

export class LocalRule implements Named, Created {
  readonly path: string;
  readonly name: string;
  readonly #pattern: BusEvent;
  readonly #targets: number;
  readonly #metrics: AwsMetrics;

  /** @param topics ARNs of what it may hand events to. @throws Error when it has another target */
  constructor(resource: Resource, properties: unknown, topics: ReadonlySet<string>, metrics: AwsMetrics) {
    const { Name, EventPattern, Targets } = parseProperties(resource, schema, properties);
    this.path = resource.path;
    this.name = physicalName(resource, Name);
    const other = Targets.find(({ Arn }) => !topics.has(Arn));
    if (other !== undefined)
      throw new Error(`${this.path} hands events to ${other.Arn}: only a topic of the stage takes them here`);
    this.#pattern = EventPattern;
    this.#targets = Targets.length;
    this.#metrics = metrics;
  }

  get ref(): string {
    return this.name;
  }

  attribute(): string | undefined {
    return undefined;
  }

  /** Looks at an event; one that matches is counted, and handed to every target. */
  receive(event: BusEvent): void {
    if (matches(this.#pattern, event)) this.#metrics.triggered(this.name, this.#targets);
  }
}

/** Every field of the pattern must be there with one of the listed values; of a field that is a list one item suffices. */
function matches(pattern: unknown, value: unknown): boolean {
  if (Array.isArray(pattern)) return [value].flat().some(each => pattern.includes(each));
  const fields = new Map(Object.entries(Object(value)));
  return Object.entries(Object(pattern)).every(([name, inner]) => matches(inner, fields.get(name)));
}
