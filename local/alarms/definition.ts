/** Alarms as their templates declare them, read strictly: a property that is not understood is refused, not ignored. */
import * as v from 'valibot';
import { checked } from './checked.ts';
import { type Judgement, type MissingData, missingDataTreatments } from './evaluate.ts';
import type { MetricId } from './metric-store.ts';
import { type Query, queryOf } from './query.ts';
import { parseRule, type Rule } from './rule.ts';

/** A resource of a template with every reference resolved. */
export interface AlarmResource {
  /** `AWS::CloudWatch::Alarm` or `AWS::CloudWatch::CompositeAlarm`. */
  readonly type: string;
  /** Physical name where the template gives none. */
  readonly name: string;
  readonly properties: unknown;
}

interface Common {
  readonly name: string;
  /** Empty when there is none. */
  readonly description: string;
  /** ARNs of what is told when the alarm goes off. */
  readonly actions: readonly string[];
}

export interface MetricAlarm extends Common, Judgement, Query {
  readonly kind: 'metric';
  /** Whether its periods are those of the clock in UTC, of which only full ones are judged; else the newest ends now. */
  readonly byTheClock: boolean;
}

/** The alarm that keeps a composite one's actions from being taken while it is in ALARM. */
export interface Suppressor {
  readonly name: string;
  /** How long (ms) actions wait for it to go into ALARM. */
  readonly wait: number;
  /** How long (ms) they wait after it went out of ALARM. */
  readonly extension: number;
}

export interface CompositeAlarm extends Common {
  readonly kind: 'composite';
  readonly rule: Rule;
  readonly suppressor?: Suppressor;
}

export type Alarm = MetricAlarm | CompositeAlarm;

const comparisons: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

const common = {
  AlarmName: v.optional(v.string()),
  AlarmDescription: v.optional(v.string(), ''),
  ActionsEnabled: v.optional(v.boolean(), true),
  AlarmActions: v.optional(v.array(v.string()), []),
  OKActions: v.optional(v.array(v.string())),
  InsufficientDataActions: v.optional(v.array(v.string())),
  Tags: v.optional(v.unknown()),
};

const count = v.pipe(v.number(), v.integer(), v.minValue(1));

const metricSchema = v.strictObject({
  ...common,
  ComparisonOperator: v.picklist(Object.keys(comparisons)),
  Threshold: v.number(),
  EvaluationPeriods: count,
  DatapointsToAlarm: v.optional(count),
  TreatMissingData: v.optional(v.picklist(missingDataTreatments), 'missing'),
  EvaluationWindow: v.optional(
    v.strictObject({ WallClockWindow: v.strictObject({ Timezone: v.literal('UTC') }) }),
  ),
  ...{ Namespace: v.optional(v.string()), MetricName: v.optional(v.string()) },
  Dimensions: v.optional(v.array(v.strictObject({ Name: v.string(), Value: v.string() })), []),
  ...{ Statistic: v.optional(v.string()), ExtendedStatistic: v.optional(v.string()) },
  ...{ Period: v.optional(count), Unit: v.optional(v.string()), Metrics: v.optional(v.array(v.unknown())) },
});

const compositeSchema = v.strictObject({
  ...common,
  AlarmRule: v.string(),
  ActionsSuppressor: v.optional(v.string()),
  ActionsSuppressorWaitPeriod: v.optional(v.number()),
  ActionsSuppressorExtensionPeriod: v.optional(v.number()),
});

/** @throws Error that names the alarm and what of it cannot be evaluated */
export function readAlarm({ type, name, properties }: AlarmResource): Alarm {
  try {
    if (type === 'AWS::CloudWatch::CompositeAlarm') return compositeAlarm(name, properties);
    if (type === 'AWS::CloudWatch::Alarm') return metricAlarm(name, properties);
    throw new Error(`${type} is no alarm`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    throw new Error(`alarm '${name}' cannot be evaluated: ${reason}`, { cause: error });
  }
}

function metricAlarm(name: string, properties: unknown): MetricAlarm {
  const declared = checked(metricSchema, properties);
  const query: Query = queryOf(declared);
  const { ComparisonOperator, Threshold, EvaluationPeriods, DatapointsToAlarm, TreatMissingData } = declared;
  const compare = comparisons[ComparisonOperator];
  if (compare === undefined) throw new Error(`comparison '${ComparisonOperator}' is unknown`);
  return {
    kind: 'metric',
    byTheClock: declared.EvaluationWindow !== undefined,
    ...commonOf(name, declared),
    ...query,
    evaluationPeriods: EvaluationPeriods,
    datapointsToAlarm: DatapointsToAlarm ?? EvaluationPeriods,
    treatMissingData: treatmentOf(query.metrics, TreatMissingData),
    breaches: value => compare(value, Threshold),
  };
}

/** Whatever an alarm on a metric of DynamoDB's says, CloudWatch ignores missing data there. */
function treatmentOf(metrics: readonly MetricId[], declared: MissingData): MissingData {
  return metrics.some(({ namespace }) => namespace === 'AWS/DynamoDB') ? 'ignore' : declared;
}

function compositeAlarm(name: string, properties: unknown): CompositeAlarm {
  const declared = checked(compositeSchema, properties);
  const suppressor = declared.ActionsSuppressor?.split(':alarm:').at(-1);
  return {
    kind: 'composite',
    ...commonOf(name, declared),
    rule: parseRule(declared.AlarmRule),
    ...(suppressor !== undefined && {
      suppressor: {
        name: suppressor,
        wait: 1000 * (declared.ActionsSuppressorWaitPeriod ?? 0),
        extension: 1000 * (declared.ActionsSuppressorExtensionPeriod ?? 0),
      },
    }),
  };
}

function commonOf(
  name: string,
  declared: Pick<
    v.InferOutput<typeof compositeSchema>,
    'AlarmName' | 'AlarmDescription' | 'AlarmActions' | 'ActionsEnabled'
  >,
): Common {
  return {
    name: declared.AlarmName ?? name,
    description: declared.AlarmDescription,
    actions: declared.ActionsEnabled ? declared.AlarmActions : [],
  };
}
