/** Every setting of a feed in one table: those that units are told by variables, and those that only the infrastructure needs. */
import { Duration, Size } from 'aws-cdk-lib/core';
import type { Market } from '../../runtime/markets/names.ts';
import { toldSettings } from '../../runtime/platform/settings.ts';
import { REAL_TIME_HOST } from '../../runtime/vendor/address-names.ts';
import { type ChannelName, channelNames } from '../../runtime/vendor/channel-names.ts';
import { channelFaults, symbolsFaults } from './channel-faults.ts';
import { durationFaults, fault, isText } from './fault.ts';
import type { ByChannel, Symbols } from './feed-symbols.ts';
import { readerFaults, type SymbolSource, secretFaults, sourceFaults } from './name-faults.ts';
import { sinksFaults } from './sink-faults.ts';
import type { SinkSettings } from './sink-settings.ts';
import { type Shards, shardFaults, type TaskSize, taskFaults } from './size-faults.ts';
import { tickerFaults } from './ticker-faults.ts';
import { type Universe, universeFaults } from './universe-faults.ts';

/** A setting that only the infrastructure needs. */
interface Own<T> {
  /** What it may be, in words. */
  readonly takes: string;
  /** What holds where nobody sets it. */
  readonly fallback?: T;
  /** The default in words, where the value itself does not tell. */
  readonly otherwise?: string;
  /** What explains the default. */
  readonly remark?: string;
  /** What is wrong with what was got; nothing when it may be that. @param path where it stands */
  faults(path: string, got: unknown, market: Market): Iterable<string>;
}

/** When an ingester runs. */
export type Schedule = 'always' | 'sessions';

/** As long as DNS has names. */
const HOST = /^(?=.{1,253}$)(?!.*-\.|.*-$)(?:(?!-)[a-z0-9-]{1,63}\.)+(?!-)[a-z0-9-]{1,63}$/;

/** The table. The comment of a row is what the page of the configuration says. */
export const feedSettings = {
  ...toldSettings,

  /**
   * `'*'` for everything that the market trades, or tickers as the vendor spells them, on its feed or elsewhere: `BTC-USD`, `X:BTCUSD`. One list is
   * that of all `channels`; of options the vendor sends quotes and fair values of 1,000 contracts at the most.
   */
  symbols: required<Symbols | ByChannel>({
    takes: "`'*'`, a list of tickers, or one or the other by channel: `{ minutes: '*', trades: ['AAPL'] }`",
    faults: symbolsFaults,
  }),

  /**
   * What it brings of the vendor's events. `minutes` are promised, and what is made of them; everything else is passed on to `sinks` as it comes
   * ([what that promises](streaming.md)). A feed without `minutes` is its ingester alone: no streams of minutes and bars, and nothing that reads them.
   */
  channels: optional<readonly ChannelName[]>({
    takes: `a list of channels that the market has: ${channelNames.map(name => `\`${name}\``).join(', ')}`,
    fallback: ['minutes'],
    otherwise: "`['minutes']`",
    faults: channelFaults,
  }),

  /** Where what is passed on goes: [one of each kind](#a-sink). Redis takes minutes, too. */
  sinks: optional<readonly SinkSettings[]>({
    takes: "a list of sinks, such as `{ kind: 'events' }`",
    fallback: [],
    otherwise: 'none',
    faults: sinksFaults,
  }),

  /** Whether the bars of the day are kept in Redis, in a list a symbol, by a function behind the bars stream ([what they look like](redis.md)). It needs a sink `redis`. */
  latest: flag({
    fallback: false,
  }),

  /**
   * Name of the Secrets Manager secret whose whole value is the vendor's API key, without a hyphen before its last six
   * characters, for AWS takes such an end for that of an ARN. The vendor allows one connection a key, host and market, so two
   * environments that share a key throw each other out.
   */
  apiKeySecret: required<string>({ takes: 'the name of a secret', faults: secretFaults }),

  /**
   * Where a list of tickers is kept (`*`, a JSON array, or with commas or line ends between them) that takes the place of `symbols`, now and within
   * half a minute of every change. `symbols` is what is subscribed to until it can be read, and tells the monitor which slots to watch.
   */
  symbolSource: optional<SymbolSource>({
    takes:
      '`{ parameter }`, a name in the parameter store, `{ bucket, key }`, or `{ redisStream }`, a stream of the server of the sink `redis`',
    otherwise: 'nowhere: `symbols` stays',
    faults: (path, got) => (got === undefined ? [] : sourceFaults(path, got)),
  }),

  /**
   * Keeps the most traded symbols of the last sessions in the list of `symbolSource`, which a function writes anew after every close:
   * `{ size, hysteresis, changesPerDay, sessions }` ([what it does](operating.md#the-most-traded-symbols)).
   */
  universe: optional<Universe>({
    takes: '`{ size }`, with `hysteresis` (0.2), `changesPerDay` (a tenth of the size) and `sessions` (5)',
    otherwise: 'none: whoever keeps the list writes it',
    faults: universeFaults,
  }),

  /** The vendor's WebSocket host, without scheme and path. */
  host: optional({
    takes: 'the name of a host',
    fallback: REAL_TIME_HOST,
    remark: 'which sends in real time',
    *faults(path, got) {
      if (!isText(got, HOST))
        yield fault(
          path,
          got,
          `a host's name such as '${REAL_TIME_HOST}', without scheme and path, of at most 253 characters, 63 between dots`,
        );
    },
  }),

  /**
   * Shards of each of the streams of minutes and of bars, or of each apart. One carries about 2,000 symbols, four 11,000. Bars are a third as many as minutes, and
   * come at once where windows end: fewer shards let them drain for longer ([how long](deploying.md#what-makes-it-cheaper)).
   */
  shards: optional<Shards>({
    takes: '1, 2, 4, 8, 16, 32 or 64, or `{ minutes, bars }` of these',
    fallback: 1,
    faults: shardFaults,
  }),

  /**
   * How long Lambda gathers what it finds on a shard before it hands it to the roll-up. So much later finished bars come; in return
   * a burst that takes seconds comes in fewer batches, each of which costs an invocation and a write for each slot ([latency](deploying.md#how-late-bars-are)).
   */
  batchingWindow: optional<Duration>({
    takes: 'a `Duration` of 0 seconds to 1 minute',
    fallback: Duration.seconds(0),
    otherwise: '0 seconds: what each look finds, once a second, is handed over',
    faults: (path, got) =>
      durationFaults(path, got, {
        min: Duration.seconds(0),
        max: Duration.minutes(1),
        unit: Duration.seconds(1),
      }),
  }),

  /**
   * Whether Kinesis pushes minutes to the roll-up (enhanced fan-out) instead of being asked for them once a second: finished bars come most of a second
   * sooner, for $10.95 a month and shard of `shards` ([latency](deploying.md#how-late-bars-are)). Where it is changed the roll-up reads its stream once more from the
   * start, which changes no bar: do it while the market is closed.
   */
  expedited: flag({
    fallback: false,
  }),

  /** Size of the ingester's task. */
  task: optional<TaskSize>({
    takes: '`{ cpu, memory }`: CPU units, of which 1024 are one vCPU, and a `Size`, as Fargate combines them',
    fallback: { cpu: 256, memory: Size.mebibytes(512) },
    otherwise: '256 CPU units (a quarter vCPU) and 512 MiB',
    faults: taskFaults,
  }),

  /**
   * When the ingester runs: always, or around the market's sessions only, from 5 minutes before the first to 20 minutes after the last window of
   * the last has ended, by the market's calendar ([what it saves](deploying.md#what-makes-it-cheaper)). The monitor starts and stops it. Deploy in
   * hours in which it runs: a version that is deployed while it sleeps is tried when it wakes up, and not rolled back then.
   */
  schedule: optional<Schedule>({
    takes: "`'always'` or `'sessions'`",
    fallback: 'always',
    *faults(path, got, market) {
      if (got !== 'always' && got !== 'sessions') yield fault(path, got, "'always' or 'sessions'");
      else if (got === 'sessions' && market === 'crypto')
        yield fault(path, got, "'always', for crypto trades at any time");
    },
  }),

  /**
   * Whether the ingester runs on Fargate Spot, up to 70 % cheaper ([what it gives up](deploying.md#what-makes-it-cheaper)). AWS takes a task back with two minutes' notice, and may have none to
   * spare: after three minutes without a task the monitor lets it run on demand, and tries Spot again six hours later. Where it is changed ECS makes another service in the place of the one that is there.
   */
  spot: flag({
    fallback: false,
  }),

  /** Those of `symbols` whose bars are compared with the vendor's own after every close. Each costs a handful of requests. */
  reconcile: optional<readonly string[]>({
    takes: 'a list of tickers',
    otherwise: "the first five of `symbols`; where those are `'*'`, none",
    *faults(path, got, market) {
      if (!Array.isArray(got)) yield fault(path, got, 'a list of tickers');
      else yield* tickerFaults(path, market, got, 2_000, 'which is what a function holds');
    },
  }),

  /**
   * Other accounts that may read the feed's streams, which are then encrypted under a key of the feed's own, for $1 a month and its
   * uses ([from another account](consuming.md#from-another-account)). The vendor's terms forbid to hand its data on: name accounts of your own alone.
   */
  readers: optional<readonly string[]>({
    takes: 'a list of accounts, each twelve digits in quotes',
    fallback: [],
    otherwise: 'none: only the own account reads',
    faults: readerFaults,
  }),

  /** Whether every day's bars are written to a bucket as Parquet files, one a timeframe, for research and for as long as wanted. */
  archive: flag({
    fallback: true,
  }),

  /** Whether a second task stands by, which takes over within 15 seconds when the first one dies. It costs a task more. */
  warmStandby: flag({
    fallback: false,
    remark: 'where a new task is started when the first one dies, which takes a minute or two',
  }),
};

function optional<T>(row: Own<T>): Own<T> {
  return row;
}

function flag(row: { readonly fallback: boolean; readonly remark?: string }): Own<boolean> {
  return {
    ...row,
    takes: 'true or false',
    faults: (path, got) => (typeof got === 'boolean' ? [] : [fault(path, got, 'true or false')]),
  };
}

function required<T>(row: Own<T>): Own<T> & { readonly required: true } {
  return { ...row, required: true };
}

type Rows = typeof feedSettings;

/** What a row may say: spans of time are durations here, and seconds where units are told. */
type ValueOf<Row> = Row extends { readonly unit: 'seconds' }
  ? Duration
  : Row extends { read(text: string): infer T }
    ? T
    : Row extends Own<infer T>
      ? T
      : never;
type Values = { readonly [Name in keyof Rows]: ValueOf<Rows[Name]> };
type Required = {
  [Name in keyof Rows]: Rows[Name] extends { readonly required: true } ? Name : never;
}[keyof Rows];

/** What must be said of a feed, and what may be. */
export type FeedValues = Pick<Values, Required> & Partial<Omit<Values, Required>>;
