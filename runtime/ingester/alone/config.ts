/** The configuration of an ingester that stands alone, read from its variables. */
import type { Market } from '../../markets/names.ts';
import { webSocketUrl } from '../../platform/addresses.ts';
import { type Environment, readEnvironment } from '../../platform/env.ts';
import { type LogLevel, toldSettings } from '../../platform/settings.ts';
import { STDOUT } from '../../platform/sink-names.ts';
import { REAL_TIME_HOST, socketUrl } from '../../vendor/address-names.ts';
import { passedOnRows } from '../../vendor/channels/table.ts';
import { everyMinute, type Wanted, wantedIn } from '../channels/passed-on/wanted.ts';
import { sinksIn } from '../sinks/kinds/kinds.ts';
import type { SinkPlan } from '../sinks/passed-on/plan.ts';
import { patternForm } from '../sinks/passed-on/selection.ts';
import { type MetricsAddress, metricsAddress } from './metrics-address.ts';
import { aloneEnv } from './names.ts';
import { amounts, cluster, level } from './settings.ts';

const SECOND = 1_000;

/** Times in ms. */
export interface AloneConfig {
  /** Secret: it goes to the vendor and nowhere else. */
  readonly apiKey: string;
  readonly market: Market;
  readonly feedUrl: string;
  readonly wanted: Wanted;
  readonly sinks: readonly SinkPlan[];
  readonly backoff: { readonly first: number; readonly longest: number };
  readonly times: { readonly pingEvery: number; readonly deadAfter: number };
  /** Whether the vendor is offered to compress what it sends. */
  readonly compression: boolean;
  readonly metrics: MetricsAddress;
  /** 0: never. */
  readonly statsEvery: number;
  readonly ready: { readonly messages: number; readonly after: number };
  readonly logLevel: LogLevel;
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
    sinks: sinksIn(env, market, [STDOUT]),
    backoff: {
      first: SECOND * env.setting(amounts.backoffInitial),
      longest: SECOND * env.setting(amounts.backoffMax),
    },
    times: {
      deadAfter: SECOND * env.setting(amounts.readTimeout),
      pingEvery: SECOND * env.setting(amounts.heartbeat),
    },
    compression: env.setting(toldSettings.compression),
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
  };
  expectPatience(env, config);
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

function expectPatience(env: Environment, { backoff }: Pick<AloneConfig, 'backoff'>): void {
  if (backoff.first > backoff.longest)
    env.problems.push(
      `${aloneEnv.backoffInitial}: ${backoff.first / SECOND} is longer than ${aloneEnv.backoffMax} (${backoff.longest / SECOND}): use less`,
    );
}
