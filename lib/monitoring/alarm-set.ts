/** The one way to make an alarm: with a meaning, a first step, a runbook section, a severity and a word on missing data. */

import {
  Alarm,
  AlarmRule,
  CfnAlarm,
  ComparisonOperator,
  CompositeAlarm,
  type IAlarmAction,
  type IMetric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { type AlarmWords, alarmDescription } from '../settings/alarm-text.ts';
import type { Environment, Severity } from '../settings/environment.ts';
import { alarmName } from '../settings/names.ts';
import { stageOf } from '../settings/stage.ts';
import { defaultThresholds, type Thresholds } from '../settings/thresholds.ts';
import type { Topics } from './topics.ts';

/** What every alarm tells, and whom. */
export interface AlarmText extends AlarmWords {
  readonly severity: Severity;
}

export interface AlarmProps extends AlarmText {
  /** With its statistic and period. */
  readonly metric: IMetric;
  /** Raised at this value and above, or with `below` under it. */
  readonly threshold: number;
  /** @default false */
  readonly below?: boolean;
  /** How many of the last `of` periods must break the threshold. @default 1 */
  readonly periods?: number;
  /** @default as many as `periods` */
  readonly of?: number;
  /** Judges periods of the clock, once they are over, and not the time up to now. @default false */
  readonly byTheClock?: boolean;
  /** What a period without data means; `keeps` leaves the alarm as it is: once it was judged it is never without a state again. */
  readonly missing: 'breaching' | 'notBreaching' | 'keeps';
  /** Tells nobody by itself: a composite that names it does. @default false */
  readonly quiet?: boolean;
}

export interface CompositeProps extends AlarmText {
  /** Raised while any of these is. */
  readonly anyOf: readonly NamedAlarm[];
  /** But not while any of these is: they have told already, and of the cause. @default none */
  readonly unless?: readonly NamedAlarm[];
  /** Not before this one, which `keeps` its state, was judged for the first time: until then nothing was ever measured. @default at any time */
  readonly once?: NamedAlarm;
  /** Nobody is told while this is raised, nor shortly after: what it explains is over a little later than it. @default none */
  readonly explainedBy?: NamedAlarm;
}

/** An alarm as others refer to it. */
export interface NamedAlarm {
  readonly name: string;
  readonly construct: Alarm | CompositeAlarm;
}

export interface AlarmSetProps {
  readonly environment: Environment;
  readonly topics: Topics;
  /** Whose they are, part of their names: construct id of the feed, or of what all feeds share. */
  readonly owner: string;
}

/** How long what is explained by another alarm may outlast it: finished bars are known a minute after the watermark that finished them. */
const EXPLAINED_FOR = Duration.minutes(3);

const MISSING = {
  breaching: TreatMissingData.BREACHING,
  notBreaching: TreatMissingData.NOT_BREACHING,
  keeps: TreatMissingData.IGNORE,
};

/** Alarms of one feed, or of what all feeds share. */
export class AlarmSet extends Construct {
  readonly thresholds: Thresholds;
  /** By construct id, in the order they were made. */
  readonly alarms = new Map<string, Alarm>();
  readonly composites: CompositeAlarm[] = [];
  readonly #props: AlarmSetProps;

  constructor(scope: Construct, id: string, props: AlarmSetProps) {
    super(scope, id);
    this.#props = props;
    this.thresholds = { ...defaultThresholds, ...props.environment.thresholds };
  }

  alarm(id: string, props: AlarmProps): NamedAlarm {
    const { metric, threshold, below = false, periods = 1, of = periods, missing } = props;
    const { quiet = false, byTheClock = false } = props;
    const { environment } = this.#props;
    const name = this.#nameOf(id);
    const construct = new Alarm(this, id, {
      alarmName: name,
      alarmDescription: alarmDescription(environment, id, props),
      metric,
      threshold,
      comparisonOperator: below
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: of,
      datapointsToAlarm: periods,
      treatMissingData: MISSING[missing],
    });
    if (byTheClock && construct.node.defaultChild instanceof CfnAlarm)
      construct.node.defaultChild.evaluationWindow = { wallClockWindow: { timezone: 'UTC' } };
    if (!quiet) this.#tell(construct, props);
    this.alarms.set(id, construct);
    return { name, construct };
  }

  composite(id: string, props: CompositeProps): NamedAlarm {
    const { anyOf, unless = [], once, explainedBy } = props;
    const { environment } = this.#props;
    const name = this.#nameOf(id);
    const isRaised = ({ name }: NamedAlarm) => AlarmRule.fromString(`ALARM("${name}")`);
    const rules = [
      AlarmRule.anyOf(...anyOf.map(isRaised)),
      ...(unless.length === 0 ? [] : [AlarmRule.not(AlarmRule.anyOf(...unless.map(isRaised)))]),
      ...(once ? [AlarmRule.not(AlarmRule.fromString(`INSUFFICIENT_DATA("${once.name}")`))] : []),
    ];
    const construct = new CompositeAlarm(this, id, {
      compositeAlarmName: name,
      alarmDescription: alarmDescription(environment, id, props),
      alarmRule: AlarmRule.allOf(...rules),
      ...(explainedBy && {
        actionsSuppressor: explainedBy.construct,
        actionsSuppressorWaitPeriod: Duration.minutes(1),
        actionsSuppressorExtensionPeriod: EXPLAINED_FOR,
      }),
    });
    // The rule names them in plain text, so that a person can read it: nothing else says that they come first.
    construct.node.addDependency(
      ...[...anyOf, ...unless, ...(once ? [once] : [])].map(({ construct }) => construct),
    );
    this.#tell(construct, props);
    this.composites.push(construct);
    return { name, construct };
  }

  #nameOf(id: string): string {
    return alarmName(stageOf(this).node.id, this.#props.owner, id);
  }

  #tell(alarm: Alarm | CompositeAlarm, { severity }: AlarmText): void {
    const action: IAlarmAction = new SnsAction(this.#props.topics[severity]);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
  }
}
