/** The ingester's configuration, read from its variables. */
import type { Market } from '../markets/market.ts';
import type { Alignment } from '../markets/window.ts';
import { httpUrl, ipAddress, webSocketUrl } from '../platform/addresses.ts';
import { type ClockSetting, clockSettingOf } from '../platform/clock-from.ts';
import { type Environment, readEnvironment } from '../platform/env.ts';
import { type FeedSettings, feedSettings } from '../platform/feed-settings.ts';
import type { RedisServer } from '../platform/redis/link.ts';
import { redisServerIn } from '../platform/redis/server-config.ts';
import { amount } from '../platform/setting.ts';
import { type BackfillOnStart, toldSettings } from '../platform/settings.ts';
import { symbolIn } from '../records/check.ts';
import { hostDelay, REAL_TIME_HOST, REST_URL, socketUrl } from '../vendor/address-names.ts';
import { symbolOf } from '../vendor/ticker-names.ts';
import { type PassedOnConfig, passedOnIn, symbolLimitOf } from './channels/passed-on/config.ts';
import { ingesterEnv, ingesterSettings } from './names.ts';
import { type Subscription, subscriptionOf } from './symbols/subscription.ts';
import { type SymbolSource, symbolSourceOf } from './symbols/symbol-source.ts';

const MEBIBYTE = 1024 * 1024;

export interface IngesterConfig extends FeedSettings {
  /** Secret: it appears nowhere but in the request to the vendor. */
  readonly apiKey: string;
  readonly feedUrl: string;
  /** Where the vendor's past is asked for. */
  readonly restUrl: string;
  /** How much may be asked how fast: questions begun per second, and under way at once. */
  readonly rest: { readonly perSecond: number; readonly atOnce: number };
  /** What a feed that has never run backfills. */
  readonly backfillOnStart: BackfillOnStart;
  /** Whether the vendor is offered to compress what it sends. */
  readonly compression: boolean;
  /** Which blocks the roll-up builds: a first start answers for the current one. */
  readonly alignment: Alignment;
  readonly subscription: Subscription;
  /** Where a list is kept that takes the place of `subscription`. Absent: nowhere, that one stays. */
  readonly symbolSource?: SymbolSource;
  /** Secret: the server of a source that is a Redis Stream. */
  readonly symbolServer?: RedisServer;
  /** The most symbols that the plan and the channels allow. */
  readonly symbolLimit: number;
  /** What is passed on beside minutes, and where to. */
  readonly passedOn: PassedOnConfig;
  /** Subscribed to as proof of life and not published. @default the market's most liquid symbol that is not in the list */
  readonly sentinel?: string;
  /** Absent where the feed has no minutes. */
  readonly minutesStream: string | undefined;
  /** Keeps who may connect to the vendor. */
  readonly leaseTable: string;
  readonly quarantineTable: string;
  /** Keeps the record of every session. Absent: only the log tells of them. */
  readonly sessionsTable?: string;
  /** How much later than real time the feed sends, in ms. */
  readonly feedDelay: number;
  /** How long after a minute's end its watermark waits for bars, in ms. */
  readonly grace: number;
  /** Where records wait that memory cannot hold, and how many bytes at most. Absent: in memory only. */
  readonly backlog?: { readonly folder: string; readonly limit: number };
  /** Where the status server listens; port 0 takes any free one. */
  readonly status: { readonly host: string; readonly port: number };
  /** Absent in the cloud: the machine's clock. */
  readonly eventClock?: ClockSetting;
}

/** That of a feed with minutes. */
export interface MinutesConfig extends IngesterConfig {
  readonly minutesStream: string;
}

/** @throws EnvironmentError that names every variable that is missing or wrong. */
export function ingesterConfig(variables: NodeJS.ProcessEnv): IngesterConfig {
  return readEnvironment(variables, ingesterConfigIn);
}

export function ingesterConfigIn(env: Environment): IngesterConfig {
  const told = ingesterSettings.filter(name => name !== 'delay');
  const { watermarkGrace, restRequestsPerSecond, symbolLimit, ...feed } = feedSettings(env, told);
  const { market } = feed;
  const eventClock = env.parsed<ClockSetting | undefined>(ingesterEnv.eventClock, {
    purpose: 'sets event time on a laptop',
    takes: '`<origin ISO>@<speed>`',
    fallback: undefined,
    otherwise: 'the machine’s clock',
    read: clockSettingOf,
  });
  // A file that is played has what it has: the vendor's feed does not.
  const symbols = symbolsIn(env, market, eventClock ? undefined : market);
  const passedOn = passedOnIn(env, market, symbols.subscription.symbols);
  return {
    ...feed,
    ...vendorIn(env, market),
    rest: { perSecond: restRequestsPerSecond, atOnce: env.setting(restConcurrency) },
    grace: 1_000 * watermarkGrace,
    ...symbols,
    passedOn,
    symbolLimit: symbolLimitOf(passedOn, symbolLimit),
    ...storesIn(env, passedOn),
    status: {
      host: env.parsed(ingesterEnv.statusHost, {
        purpose: 'is the address that the status server listens on',
        takes: 'an IP address, `0.0.0.0` for everybody',
        fallback: '127.0.0.1',
        read: ipAddress,
      }),
      port: env.setting(statusPort),
    },
    ...(eventClock && { eventClock }),
  };
}

const restConcurrency = amount({
  variable: ingesterEnv.restConcurrency,
  purpose: 'is how many questions may be under way at once',
  min: 1,
  max: 100,
  whole: true,
  fallback: 10,
});

const backlogMebibytes = amount({
  variable: ingesterEnv.backlogMebibytes,
  purpose: 'is how many MiB may wait on disk',
  min: 1,
  max: 200_000,
  whole: true,
  fallback: 4_096,
});

const statusPort = amount({
  variable: ingesterEnv.statusPort,
  purpose: 'is the port of the status server, 0 for any free one',
  min: 0,
  max: 65_535,
  whole: true,
  fallback: 8080,
});

/** How the vendor is reached, and how late it sends. */
function vendorIn(env: Environment, market: Market) {
  const apiKey = env.secret(ingesterEnv.apiKey, { purpose: 'is the key that opens the vendor feed' });
  const feedUrl = env.parsed(ingesterEnv.feedUrl, {
    purpose: 'is where the vendor feed is',
    takes: 'an address, `wss://` but to this machine',
    fallback: socketUrl(REAL_TIME_HOST, market),
    otherwise: `\`wss://${REAL_TIME_HOST}/<market>\``,
    read: webSocketUrl,
  });
  const restUrl = env.parsed(ingesterEnv.restUrl, {
    purpose: "is where the vendor's past is asked for",
    takes: 'an address, `https://` but to this machine',
    fallback: REST_URL,
    read: httpUrl,
  });
  const delay = env.setting({
    ...toldSettings.delay,
    fallback: hostDelay(new URL(feedUrl).hostname, market) / 1_000,
    otherwise: '900 for a delayed host (futures 600), else 0',
  });
  return { apiKey, feedUrl, restUrl, feedDelay: 1_000 * delay };
}

/** What is subscribed to. @param spelt the market whose spelling symbols must have, if any */
function symbolsIn(env: Environment, market: Market, spelt: Market | undefined) {
  const subscription = env.parsed(ingesterEnv.symbols, {
    purpose: 'lists what to subscribe to',
    takes: '`*` or tickers with commas or blanks between them, but not nothing',
    fallback: subscriptionOf('*'),
    otherwise: '*',
    readsEmpty: true,
    read: text => subscriptionOf(text, spelt),
  });
  const symbolSource = env.parsed<SymbolSource | undefined>(ingesterEnv.symbolSource, {
    purpose: 'says where a list is kept that takes the place of `SYMBOLS`, now and whenever it changes',
    takes: '`ssm:<parameter>`, `s3://<bucket>/<key>`, or `redis:<stream>` of the server `REDIS_URL`',
    fallback: undefined,
    read: symbolSourceOf,
  });
  const isStream = symbolSource && 'redisStream' in symbolSource;
  const symbolServer = isStream ? redisServerIn(env, ingesterEnv.symbolSource) : undefined;
  const sentinel = env.parsed<string | undefined>(ingesterEnv.sentinel, {
    purpose: 'names a symbol whose bars prove that the feed is alive, and are not published',
    takes: 'a symbol',
    fallback: undefined,
    otherwise: 'the market’s most liquid one that is not in the list',
    read: text => symbolIn(symbolOf(market, text)),
  });
  return {
    subscription,
    ...(symbolSource && { symbolSource }),
    ...(symbolServer && { symbolServer }),
    ...(sentinel !== undefined && { sentinel }),
  };
}

/** Where it publishes, and what it keeps where. */
function storesIn(env: Environment, { hasMinutes }: PassedOnConfig) {
  const stores = {
    minutesStream: hasMinutes
      ? env.text(ingesterEnv.minutesStream, { purpose: 'names the stream that takes minute bars' })
      : undefined,
    leaseTable: env.text(ingesterEnv.leaseTable, { purpose: 'names the table that says who may connect' }),
    quarantineTable: env.text(ingesterEnv.quarantineTable, {
      purpose: 'names the table that keeps refused data',
    }),
  };
  const sessionsTable = env.text(ingesterEnv.sessionsTable, {
    purpose: 'names the table that keeps the record of every session',
    fallback: '',
    otherwise: 'none: only the log tells of them',
  });
  const folder = env.text(ingesterEnv.backlogFolder, {
    purpose: 'is a folder for records that wait while the stream takes less than the feed brings',
    fallback: '',
    otherwise: 'none: they wait in memory only',
  });
  const limit = MEBIBYTE * env.setting(backlogMebibytes);
  return {
    ...stores,
    ...(sessionsTable !== '' && { sessionsTable }),
    ...(folder !== '' && { backlog: { folder, limit } }),
  };
}
