/** Alarms and topics of the stage: declared and resolved here, evaluated elsewhere. */
import * as v from 'valibot';
import { arnOf } from './account.ts';
import type { Resource } from './assembly.ts';
import type { Created } from './deployment.ts';
import type { Named } from './named.ts';
import { count, parseProperties, physicalName } from './properties.ts';

const alarmSchema = v.looseObject({
  AlarmName: v.optional(v.string()),
  EvaluationPeriods: v.optional(count, 0),
  Period: v.optional(count),
  Metrics: v.optional(
    v.array(v.looseObject({ MetricStat: v.optional(v.looseObject({ Period: count })) })),
    [],
  ),
});
const topicSchema = v.object({ TopicName: v.optional(v.string()) });

/** One alarm as declared, every reference resolved. */
export class LocalAlarm implements Named, Created {
  readonly path: string;
  readonly name: string;
  /** `AWS::CloudWatch::Alarm` or `AWS::CloudWatch::CompositeAlarm`. */
  readonly type: string;
  readonly properties: unknown;
  /** How far back (ms) it looks; 0 for one that looks at other alarms. */
  readonly lookBack: number;

  constructor(resource: Resource, properties: unknown) {
    this.path = resource.path;
    this.type = resource.type;
    const { AlarmName, EvaluationPeriods, Period, Metrics } = parseProperties(
      resource,
      alarmSchema,
      properties,
    );
    this.name = physicalName(resource, AlarmName);
    const periods = Metrics.map(({ MetricStat }) => MetricStat?.Period ?? 0);
    this.lookBack = 1000 * EvaluationPeriods * Math.max(Period ?? 0, ...periods);
    this.properties = properties;
  }

  get ref(): string {
    return this.name;
  }

  attribute(name: string): string | undefined {
    return name === 'Arn' ? arnOf('cloudwatch', `alarm:${this.name}`) : undefined;
  }
}

/** What refers to a topic; nobody is notified on this machine. */
export function createTopic(resource: Resource, properties: unknown): Created {
  const name = physicalName(resource, parseProperties(resource, topicSchema, properties).TopicName);
  const arn = arnOf('sns', name);
  const attributes = new Map([
    ['TopicArn', arn],
    ['TopicName', name],
  ]);
  return { ref: arn, attribute: attribute => attributes.get(attribute) };
}
