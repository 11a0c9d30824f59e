/** The alarms of a feed that stand, as CloudWatch tells them. */
import { type CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import type { Logger } from '../../platform/logger.ts';
import { KeptValues } from '../feed/kept.ts';

export interface StandingAlarm {
  readonly name: string;
  /** Epoch ms. */
  readonly since: number;
  /** Anchor of its section in the runbook. */
  readonly runbook: string;
}

export interface Alarms {
  /** @param prefix what the names of the feed's alarms begin with; not part of what they are called here */
  standing(prefix: string): Promise<readonly StandingAlarm[]>;
}

/** An alarm is raised by whole minutes, ms. */
const KEPT = 10_000;
const FEEDS = 100;

interface Described {
  /** Who is told: nobody of what is a part of another, or for deployments to go by. */
  readonly AlarmActions?: readonly string[] | undefined;
  readonly AlarmName?: string | undefined;
  readonly AlarmDescription?: string | undefined;
  readonly StateTransitionedTimestamp?: Date | undefined;
  readonly StateUpdatedTimestamp?: Date | undefined;
}

export class CloudWatchAlarms implements Alarms {
  readonly #client: CloudWatchClient;
  readonly #kept: KeptValues<readonly StandingAlarm[]>;
  readonly #logger: Pick<Logger, 'warn'>;
  #hasWarned = false;

  constructor(client: CloudWatchClient, wallClock: () => number, logger: Pick<Logger, 'warn'>) {
    this.#client = client;
    this.#logger = logger;
    this.#kept = new KeptValues(KEPT, FEEDS, wallClock);
  }

  /** None while CloudWatch does not tell: the rest of a status is worth having, and the log says so once. */
  standing(prefix: string): Promise<readonly StandingAlarm[]> {
    return this.#kept.get(prefix, () => this.#read(prefix).catch(error => this.#nobodyTells(error)));
  }

  #nobodyTells(error: unknown): readonly StandingAlarm[] {
    if (!this.#hasWarned) this.#logger.warn('CloudWatch tells no alarms: status shows none', { error });
    this.#hasWarned = true;
    return [];
  }

  async #read(prefix: string): Promise<readonly StandingAlarm[]> {
    const { MetricAlarms = [], CompositeAlarms = [] } = await this.#client.send(
      new DescribeAlarmsCommand({
        AlarmNamePrefix: prefix,
        AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
        StateValue: 'ALARM',
      }),
    );
    return [...CompositeAlarms, ...MetricAlarms]
      .filter(({ AlarmActions = [] }) => AlarmActions.length > 0)
      .map(alarm => standingIn(alarm, prefix));
  }
}

function standingIn(alarm: Described, prefix: string): StandingAlarm {
  const { AlarmName: name = '', AlarmDescription: told = '' } = alarm;
  const since = alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp;
  return {
    name: name.startsWith(prefix) ? name.slice(prefix.length) : name,
    since: since?.getTime() ?? 0,
    runbook: /#[\w-]+$/.exec(told)?.[0] ?? '#',
  };
}
