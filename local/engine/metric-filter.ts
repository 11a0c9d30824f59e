/** Metric filters of the stage's log groups: lines with a certain value in a field count, by what else stands in them. */
import * as v from 'valibot';
import type { Resource } from './assembly.ts';
import type { AwsMetrics } from './aws-metrics.ts';
import type { Created } from './deployment.ts';
import type { Named } from './named.ts';
import { parseProperties, physicalName } from './properties.ts';

const FIELD = /^\$\.(\w+)$/;
const field = v.pipe(
  v.string(),
  v.regex(FIELD, 'use a field, such as $.environment'),
  v.transform(text => text.slice(2)),
);

/** `{ $.status = "429" }`: the one form that is understood here. */
const pattern = v.pipe(
  v.string(),
  v.regex(/^\{ \$\.\w+ = "[^"\\*]*" \}$/, 'use { $.field = "value" }'),
  v.transform(text => {
    const [, name = '', value = ''] = /^\{ \$\.(\w+) = "(.*)" \}$/.exec(text) ?? [];
    return { name, value };
  }),
);

const schema = v.strictObject({
  FilterPattern: pattern,
  LogGroupName: v.string(),
  FilterName: v.optional(v.string()),
  MetricTransformations: v.tuple([
    v.strictObject({
      MetricName: v.string(),
      MetricNamespace: v.string(),
      MetricValue: v.literal('1'),
      Dimensions: v.optional(v.array(v.strictObject({ Key: v.string(), Value: field })), []),
      Unit: v.optional(v.unknown()),
    }),
  ]),
});

export class LocalMetricFilter implements Named, Created {
  readonly path: string;
  readonly name: string;
  readonly #declared: v.InferOutput<typeof schema>;
  readonly #metrics: AwsMetrics;

  constructor(resource: Resource, properties: unknown, metrics: AwsMetrics) {
    this.#declared = parseProperties(resource, schema, properties);
    this.path = resource.path;
    this.name = physicalName(resource, this.#declared.FilterName);
    this.#metrics = metrics;
  }

  get ref(): string {
    return this.name;
  }

  attribute(): string | undefined {
    return undefined;
  }

  /** Looks at a line of a log group, and counts it if it is one of its own that matches. */
  receive(logGroupArn: string, line: string): void {
    const { FilterPattern: wanted, LogGroupName, MetricTransformations } = this.#declared;
    const [{ MetricNamespace, MetricName, Dimensions }] = MetricTransformations;
    if (!logGroupArn.endsWith(`:${LogGroupName}`)) return;
    const fields = fieldsIn(line);
    if (fields.get(wanted.name) !== wanted.value) return;
    const dimensions = Dimensions.map(({ Key, Value }) => [Key, String(fields.get(Value) ?? '')]);
    this.#metrics.filtered(MetricNamespace, MetricName, Object.fromEntries(dimensions));
  }
}

/** None where the line is no JSON. */
function fieldsIn(line: string): ReadonlyMap<string, unknown> {
  try {
    return new Map(Object.entries(Object(JSON.parse(line))));
  } catch {
    return new Map();
  }
}
