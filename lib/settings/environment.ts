/** What an environment is made of: the settings of `environments.ts`, their meaning, units and defaults. */
import type { Duration, Size } from 'aws-cdk-lib';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Alignment, Market } from '../../runtime/markets/names.ts';
import type { BackfillOnStart } from '../../runtime/platform/feed-settings.ts';
import type { LogLevel } from '../../runtime/platform/names.ts';
import type { Thresholds } from './thresholds.ts';

/** One vendor connection to one market. */
export interface Feed {
  /** Names the feed: an environment has at most one feed a market. */
  readonly market: Market;

  /** `'*'` for everything that the market trades, or tickers as the vendor spells them, on its feed or elsewhere: `BTC-USD`, `X:BTCUSD`. */
  readonly symbols: '*' | readonly string[];

  /**
   * Where a list of tickers is kept (`*`, a JSON array, or with commas or line ends between them) that takes the place of `symbols`, now and within
   * half a minute of every change. `symbols` is what is subscribed to until it can be read, and tells the monitor which slots to watch.
   * @default nowhere: `symbols` stays
   */
  readonly symbolSource?: SymbolSource;

  /**
   * The most tickers that the vendor's plan allows; of a longer list the first are kept.
   * @default 1,000,000, which no plan needs
   */
  readonly symbolLimit?: number;

  /**
   * Name of the Secrets Manager secret whose whole value is the vendor's API key, without a hyphen before its last six
   * characters, for AWS takes such an end for that of an ARN. The vendor allows one connection a key and market, so two
   * environments that share a key throw each other out.
   */
  readonly apiKeySecret: string;

  /**
   * The vendor's WebSocket host, without scheme and path.
   * @default 'socket.massive.com', which sends in real time
   */
  readonly host?: string;

  /**
   * How late the host sends: stocks 15 minutes, futures 10 minutes on the delayed hosts.
   * @default 0 seconds
   */
  readonly delay?: Duration;

  /**
   * Shards of each of the feed's two streams: 1, 2, 4, 8, 16, 32 or 64. One carries about 2,000 symbols, four 11,000.
   * @default 1
   */
  readonly shards?: number;

  /**
   * Where windows start: on the clock, or anew at every session's open.
   * @default 'clock'
   */
  readonly alignment?: Alignment;

  /**
   * How long after a minute's end, and after `delay`, the ingester still waits for its bars before it calls the minute complete.
   * @default 5 seconds
   */
  readonly watermarkGrace?: Duration;

  /**
   * Size of the ingester's task.
   * @default 256 CPU units (a quarter vCPU) and 512 MiB
   */
  readonly task?: TaskSize;

  /**
   * Days on which the market differs from its calendar's rules, exchange-local, such as an announced day of mourning:
   * `{ '2027-03-05': 'closed', '2027-07-02': '13:00' }` closes one and ends another early; `'as usual'` undoes a rule.
   * @default none
   */
  readonly specialDays?: Readonly<Record<string, string>>;

  /**
   * Symbols whose bars are compared with the vendor's own after every close. Each costs a handful of requests.
   * @default the first five of `symbols`; where those are `'*'`, none
   */
  readonly reconcile?: readonly string[];

  /**
   * Whether windows that are still open are published too, after every minute, as bars that are not final.
   * @default false
   */
  readonly provisionalBars?: boolean;

  /**
   * What a feed that has never run fetches of the time before it started: the whole session so far, the current 4h block
   * so far, or nothing, in which case the block's minutes so far count as uncovered.
   * @default 'block'
   */
  readonly backfillOnStart?: BackfillOnStart;

  /**
   * How many requests a second the vendor's plan allows over REST; the free plan allows 5 a minute: 0.08.
   * @default 50, which every paid plan allows
   */
  readonly restRequestsPerSecond?: number;

  /**
   * Whether a second task stands by, which takes over within 15 seconds when the first one dies. It costs a task more.
   * @default false: a new task is started when the first one dies, which takes a minute or two
   */
  readonly warmStandby?: boolean;
}

/** A parameter of the parameter store, by name, or an object in a bucket. */
export type SymbolSource = { readonly parameter: string } | { readonly bucket: string; readonly key: string };

/** A combination that Fargate offers. */
export interface TaskSize {
  /** 1024 units are one vCPU. */
  readonly cpu: number;
  readonly memory: Size;
}

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

  /** The markets that it listens to, each once. */
  readonly feeds: readonly Feed[];

  /**
   * How long the streams keep what they carry, 24 hours to 365 days: the time there is to repair a broken consumer
   * before it loses records. Beyond 24 hours it costs more.
   */
  readonly streamRetention: Duration;

  /**
   * What becomes of data when its resource leaves the templates. `'destroy'`: it goes too, except that a bucket that is
   * not empty refuses to go, so that batches nobody has processed are not lost unread: empty it and repeat. `'retain'`:
   * it stays, the tables refuse deletion and the stacks refuse to be deleted.
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
   * @default `defaultThresholds` of `monitoring/thresholds.ts`
   */
  readonly thresholds?: Partial<Thresholds>;

  /**
   * Address of the page with the runbook, to which every alarm's description links.
   * @default 'docs/runbook.md', the file in this repository
   */
  readonly runbookUrl?: string;

  /**
   * Whether a deployment of an ingester that leaves the feed silent is rolled back. Not for an environment's first
   * deployment: neither the alarm nor the data that keeps it quiet exists then.
   * @default false
   */
  readonly guardDeployments?: boolean;

  /**
   * Tags of everything that can be tagged.
   * @default none
   */
  readonly tags?: Readonly<Record<string, string>>;
}
