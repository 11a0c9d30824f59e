/** What an environment is made of: the settings of `environments.ts`, their meaning, units and defaults. */

import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Duration } from 'aws-cdk-lib/core';
import type { LogLevel } from '../../runtime/platform/settings.ts';
import type { FeedValues } from './feed-settings.ts';
import type { Thresholds } from './thresholds.ts';

/** One vendor connection to one market: `feed-settings.ts` has the table of its settings. */
export interface Feed extends FeedValues {}

/** A network that exists already. It needs a way out to the vendor, and gateway endpoints for S3 and DynamoDB to save traffic. */
export interface ImportedVpc {
  readonly vpcId: string;
  /** The subnets that the ingester may run in. */
  readonly subnetIds: readonly string[];
  /**
   * True in public subnets, where only a public address leads out; false behind a NAT gateway.
   * @default false
   */
  readonly assignPublicIp?: boolean;
}

/** How much an alarm matters. */
export type Severity = 'page' | 'ticket';

/** One copy of the whole system in one account and region. */
export interface Environment {
  /**
   * The account that it is deployed into: twelve digits.
   * @default the account of the credentials that deploy
   */
  readonly account?: string;

  /**
   * The region that it is deployed into, such as `'eu-central-1'`.
   * @default the region of the credentials that deploy
   */
  readonly region?: string;

  /** The vendor's feeds that it listens to. */
  readonly feeds: readonly Feed[];

  /**
   * How long the streams keep what they carry, 24 hours to 365 days: the time there is to repair a broken consumer
   * before it loses records. Beyond 24 hours it costs more.
   */
  readonly streamRetention: Duration;

  /**
   * What becomes of data when its resource leaves the templates. `'destroy'`: it goes too, whatever is in it. `'retain'`:
   * it stays, the tables refuse deletion and the stack that holds them refuses to be deleted.
   */
  readonly removal: 'destroy' | 'retain';

  /**
   * A network that exists already, for the ingesters.
   * @default a new VPC with public subnets only, which costs nothing
   */
  readonly vpc?: ImportedVpc;

  /**
   * How long logs are kept.
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;

  /**
   * The least that a line must matter to be in the logs of ingester and functions. The numbers of every minute stand
   * there whatever the level.
   * @default 'INFO'
   */
  readonly logLevel?: LogLevel;

  /**
   * Who is told. Alarms of severity `page` need a person now, those of severity `ticket` one in working hours.
   * @default nobody: the topics exist, without subscribers
   */
  readonly notify?: Partial<Readonly<Record<Severity, readonly string[]>>>;

  /**
   * When alarms are raised, where the defaults do not suit.
   * @default `defaultThresholds` of `settings/thresholds.ts`
   */
  readonly thresholds?: Partial<Thresholds>;

  /**
   * Address of the page with the runbook, of at most 300 characters, to which every alarm's description links.
   * @default 'docs/runbook.md', the file in this repository
   */
  readonly runbookUrl?: string;

  /**
   * Whether a deployment of an ingester is rolled back when the feed falls silent, or loses its socket, in market hours meanwhile. Never an
   * environment's first one: what the guard judges by, the monitor measures, which is deployed last.
   * @default true
   */
  readonly guardDeployments?: boolean;

  /**
   * Whether people whose role may `ecs:ExecuteCommand` can run commands, as root, in the ingesters' containers
   * ([ECS Exec](operating.md#a-shell-in-the-task)), whose root file systems can then be written. What they do is logged.
   * @default false: `npm run status -- --task` shows how a task is
   */
  readonly enableExecuteCommand?: boolean;

  /**
   * Origins of pages that may ask the query API from a browser, such as `'https://charts.example.com'`. Whoever asks signs
   * all the same.
   * @default none: no page but the live page, which asks through a server of its own
   */
  readonly apiOrigins?: readonly string[];

  /**
   * Tags of everything that can be tagged.
   * @default none
   */
  readonly tags?: Readonly<Record<string, string>>;
}
