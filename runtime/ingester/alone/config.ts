/** The configuration of an ingester that stands alone, read from its variables. */
import type { Market } from '../../markets/names.ts';
import { webSocketUrl } from '../../platform/addresses.ts';
import { type Environment, readEnvironment } from '../../platform/env.ts';
import { redisAddress, redisForm } from '../../platform/redis/address.ts';
import type { LogLevel } from '../../platform/settings.ts';
import { REAL_TIME_HOST, socketUrl } from '../../vendor/address-names.ts';
import { passedOnRows } from '../../vendor/channels/table.ts';
import { type Pattern, patternForm, patternsIn } from '../sinks/passed-on/selection.ts';
import { type MetricsAddress, metricsAddress } from './metrics-address.ts';
import { aloneEnv, type SinkName, STDOUT } from './names.ts';
import { amounts, cluster, flags, level, limits, sendHighWaterMark, sinks } from './settings.ts';
import { everyMinute, type Wanted, wantedIn } from './wanted.ts';

const SECOND = 1_000;

/** Times in ms. */
export interface AloneConfig {
  /** Secret: it goes to the vendor and nowhere else. */
  readonly apiKey: string;
  readonly market: Market;
  readonly feedUrl: string;
  readonly wanted: Wanted;
  readonly sinks: readonly SinkName[];
  readonly channelCap: number;
  readonly backoff: { readonly first: number; readonly longest: number };
  readonly times: { readonly pingEvery: number; readonly deadAfter: number };
  readonly metrics: MetricsAddress;
  /** 0: never. */
  readonly statsEvery: number;
  readonly ready: { readonly messages: number; readonly after: number };
  readonly logLevel: LogLevel;
  readonly ndjson: NdjsonConfig;
  readonly zmq: ZmqConfig;
  readonly redis: RedisConfig;
}

export interface ZmqConfig {
  readonly endpoint: string;
  readonly bind: boolean;
  readonly cap: number;
  readonly warnInterval: number;
  /** 0: that of ZeroMQ. */
  readonly sendHighWaterMark: number;
  readonly topicPrefix: string;
}

export interface RedisConfig {
  /** Secret, for it may hold a password; absent where no sink is `redis`. */
  readonly url: string | undefined;
  readonly cap: number;
}

export interface NdjsonConfig {
  /** `stdout` or a path. */
  readonly dest: string;
  readonly cap: number;
  readonly warnInterval: number;
  readonly flushEvery: number;
  readonly flushInterval: number;
  readonly maxBytes: number | undefined;
  readonly rotateAfter: number | undefined;
  readonly gzip: boolean;
  readonly reopens: boolean;
  readonly include: readonly Pattern[] | undefined;
  readonly sampleQuotes: number;
  readonly splitPerType: boolean;
}

/** Whether the variables are those of an ingester that stands alone: they name where its events go. */
export function standsAlone(variables: NodeJS.ProcessEnv): boolean {
  return [aloneEnv.sink, aloneEnv.emitNdjson].some(name => variables[name]?.trim());
}

/** @throws EnvironmentError that names every variable that is missing or wrong */
export function aloneConfig(variables: NodeJS.ProcessEnv): AloneConfig {
  return readEnvironment(variables, aloneConfigIn);
}

export function aloneConfigIn(env: Environment): AloneConfig {
  const apiKey = env.secret(aloneEnv.apiKey, { purpose: 'is the key that opens the vendor feed' });
  const market = env.setting(cluster);
  const config = {
    ...{ apiKey, market, feedUrl: feedUrlIn(env, market), wanted: wantedOf(env, market) },
    sinks: sinksIn(env),
    channelCap: env.setting(amounts.channelCap),
    backoff: {
      first: SECOND * env.setting(amounts.backoffInitial),
      longest: SECOND * env.setting(amounts.backoffMax),
    },
    times: {
      deadAfter: SECOND * env.setting(amounts.readTimeout),
      pingEvery: SECOND * env.setting(amounts.heartbeat),
    },
    metrics: env.parsed(aloneEnv.metricsAddress, {
      purpose: 'is where `/health`, `/ready` and `/metrics` are',
      takes: 'an IP address and a port, 0 for any free one',
      fallback: { host: '127.0.0.1', port: 9898 },
      otherwise: '127.0.0.1:9898',
      read: metricsAddress,
    }),
    statsEvery: SECOND * env.setting(amounts.statsInterval),
    ready: { messages: env.setting(amounts.readyMinMessages), after: env.setting(amounts.readyDelay) },
    logLevel: env.setting(level),
    ndjson: ndjsonIn(env),
    zmq: zmqIn(env),
    redis: redisIn(env),
  };
  expectOneSinkEach(env, config);
  if (
    config.sinks.includes('redis') &&
    config.redis.url === undefined &&
    !env.problems.some(each => each.startsWith(aloneEnv.redisUrl))
  )
    env.problems.push(`${aloneEnv.redisUrl} is missing: the sink redis writes there: use ${redisForm}`);
  return config;
}

function feedUrlIn(env: Environment, market: Market): string {
  return env.parsed(aloneEnv.feedUrl, {
    purpose: 'is where the vendor feed is',
    takes: 'an address, `wss://` but to this machine',
    fallback: socketUrl(REAL_TIME_HOST, market),
    otherwise: `\`wss://${REAL_TIME_HOST}/<market>\``,
    read: webSocketUrl,
  });
}

function wantedOf(env: Environment, market: Market): Wanted {
  return env.parsed(aloneEnv.subscription, {
    purpose: 'lists what is subscribed to and passed on',
    takes: patternForm,
    fallback: everyMinute(market),
    otherwise: `every minute of the market: \`${passedOnRows[market][0].kind}.*\` for ${market}`,
    read: text => wantedIn(text, market),
  });
}

function sinksIn(env: Environment): readonly SinkName[] {
  const named = env.setting(sinks);
  const emits = env.setting(flags.emitNdjson);
  if (named.length > 0) return named;
  return emits ? ['ndjson'] : ['stdout'];
}

function ndjsonIn(env: Environment): NdjsonConfig {
  const rotate = env.setting(limits.rotate);
  return {
    dest: env.text(aloneEnv.ndjsonDest, {
      purpose: 'is where lines of the sink `ndjson` go: `stdout` or a path',
      fallback: STDOUT,
    }),
    cap: env.setting(amounts.ndjsonCap),
    warnInterval: SECOND * env.setting(amounts.warnInterval),
    flushEvery: env.setting(amounts.flushEvery),
    flushInterval: env.setting(amounts.flushInterval),
    maxBytes: env.setting(limits.maxBytes) || undefined,
    rotateAfter: rotate === 0 ? undefined : SECOND * rotate,
    gzip: env.setting(flags.gzip),
    reopens: !env.setting(flags.noReopen),
    include: env.parsed<readonly Pattern[] | undefined>(aloneEnv.ndjsonInclude, {
      purpose: 'lists what the sink `ndjson` takes of what is passed on',
      takes: patternForm,
      fallback: undefined,
      otherwise: 'all',
      read: patternsIn,
    }),
    sampleQuotes: env.setting(amounts.sampleQuotes),
    splitPerType: env.setting(flags.splitPerType),
  };
}

function zmqIn(env: Environment): ZmqConfig {
  return {
    endpoint: env.parsed(aloneEnv.zmqEndpoint, {
      purpose: 'is where events of the sink `zmq` go',
      takes: '`tcp://<host>:<port>` or `ipc://<path>`',
      fallback: 'tcp://127.0.0.1:5556',
      read: text => {
        if (/^(tcp:\/\/[^\s:/]+:(\d{1,5}|\*)|ipc:\/\/\S+)$/.test(text)) return text;
        throw new RangeError(`'${text}' is no endpoint: use tcp://127.0.0.1:5556 or ipc://<path>`);
      },
    }),
    bind: env.setting(flags.zmqBind),
    cap: env.setting(amounts.zmqCap),
    warnInterval: SECOND * env.setting(amounts.zmqWarnInterval),
    sendHighWaterMark: env.setting(sendHighWaterMark),
    topicPrefix: env.text(aloneEnv.zmqTopicPrefix, {
      purpose: 'stands before every topic of the sink `zmq`',
      fallback: '',
      otherwise: 'nothing',
    }),
  };
}

function redisIn(env: Environment): RedisConfig {
  const url = env.parsed<string | undefined>(aloneEnv.redisUrl, {
    purpose: 'is the server of the sink `redis`',
    takes: redisForm,
    fallback: undefined,
    read: redisAddress,
  });
  return { url, cap: env.setting(amounts.redisCap) };
}

function expectOneSinkEach(env: Environment, { sinks, ndjson, backoff }: AloneConfig): void {
  if (sinks.includes('ndjson') && sinks.includes('stdout') && ndjson.dest === STDOUT)
    env.problems.push(
      `${aloneEnv.ndjsonDest}: both sinks would write to standard output: name a path, or one sink in ${aloneEnv.sink}`,
    );
  if (
    sinks.includes('ndjson') &&
    ndjson.dest === STDOUT &&
    (ndjson.maxBytes || ndjson.rotateAfter || ndjson.splitPerType)
  )
    env.problems.push(
      `${aloneEnv.ndjsonDest}: standard output can be neither rotated nor split: name a path`,
    );
  if (backoff.first > backoff.longest)
    env.problems.push(
      `${aloneEnv.backoffInitial}: ${backoff.first / SECOND} is longer than ${aloneEnv.backoffMax} (${backoff.longest / SECOND}): use less`,
    );
}
