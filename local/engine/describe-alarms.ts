/** `DescribeAlarms`, as far as anybody here asks: by the beginning of names, by names, by kind and by state, all on one page. */
import * as v from 'valibot';
import { arnOf } from './account.ts';
import type { Value } from './aws-protocols.ts';
import { ServiceError } from './service-error.ts';

const STATES = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;

/** An alarm of the stage, as whoever evaluates it tells. */
export interface AlarmNow {
  readonly kind: 'metric' | 'composite';
  readonly name: string;
  readonly description: string;
  /** ARNs of what is told when it goes off. */
  readonly actions: readonly string[];
  readonly state: (typeof STATES)[number];
  /** When it came into its state, epoch ms; undefined while it has never changed. */
  readonly since: number | undefined;
}

/** Strict: what is not understood is refused, not ignored. */
const input = v.strictObject({
  AlarmNames: v.optional(v.array(v.string())),
  AlarmNamePrefix: v.optional(v.string(), ''),
  AlarmTypes: v.optional(v.array(v.picklist(['MetricAlarm', 'CompositeAlarm'])), ['MetricAlarm']),
  StateValue: v.optional(v.picklist(STATES)),
});

/** @throws ServiceError that names what is not answered here */
export function describeAlarms(alarms: readonly AlarmNow[], question: unknown): Value {
  const parsed = v.safeParse(input, question);
  if (!parsed.success) {
    const [{ message }] = parsed.issues;
    const place = v.getDotPath(parsed.issues[0]) ?? 'the question';
    throw new ServiceError(
      'ValidationError',
      `${place} is not answered on this machine (${message}): use ${Object.keys(input.entries).join(', ')}`,
    );
  }
  const { AlarmNames, AlarmNamePrefix, AlarmTypes, StateValue } = parsed.output;
  const asked = alarms.filter(
    ({ name, state }) =>
      (AlarmNames?.includes(name) ?? true) &&
      name.startsWith(AlarmNamePrefix) &&
      (StateValue === undefined || StateValue === state),
  );
  const of = (kind: AlarmNow['kind'], type: (typeof AlarmTypes)[number]) =>
    AlarmTypes.includes(type) ? asked.filter(alarm => alarm.kind === kind).map(described) : [];
  return {
    CompositeAlarms: of('composite', 'CompositeAlarm'),
    MetricAlarms: of('metric', 'MetricAlarm'),
  };
}

function described({ name, description, actions, state, since }: AlarmNow): Value {
  const changed = since === undefined ? undefined : new Date(since);
  return {
    AlarmName: name,
    AlarmArn: arnOf('cloudwatch', `alarm:${name}`),
    AlarmDescription: description,
    AlarmActions: actions,
    StateValue: state,
    ...(changed && { StateUpdatedTimestamp: changed, StateTransitionedTimestamp: changed }),
  };
}
