/** Runs an ingester that stands alone, from its variables to its end. */
import { hostname } from 'node:os';
import { machineClock } from '../../platform/clock.ts';
import { EnvironmentError } from '../../platform/env.ts';
import { errorLoggerFor, type Logger } from '../../platform/logger.ts';
import { withoutPassword } from '../../platform/redis/address.ts';
import { version } from '../../platform/release-names.ts';
import { Seldom } from '../../platform/seldom.ts';
import { processTime } from '../../platform/time.ts';
import { envelopeLine } from '../../records/envelope.ts';
import { EventFeed } from '../../vendor/socket/event-feed.ts';
import { NoZeroMq } from '../sinks/zmq/zmq.ts';
import { type StatusServer, serveStatus } from '../status/status-server.ts';
import { answersOf } from './answers.ts';
import type { AloneConfig } from './config.ts';
import { totalsOf } from './metrics.ts';
import { aloneEnv } from './names.ts';
import { SinkError, type Sinks, sinksOf } from './sinks.ts';
import { Stream } from './stream.ts';

/** How long (ms) sinks have for what they hold when it ends. */
const DRAIN_LIMIT = 10_000;

/**
 * Ends when it is told to by a signal, or when nobody takes anything any more.
 * @returns the exit code: 0 all is written, 1 something is lost
 * @throws EnvironmentError when what the variables name cannot be used
 */
export async function runAlone(config: AloneConfig): Promise<number> {
  // Whoever reads the log may go: that ends no stream.
  process.stderr.on('error', () => undefined);
  const { market, apiKey, feedUrl: url, times, backoff, wanted, metrics, ready } = config;
  const logger = errorLoggerFor('ingester', config.logLevel);
  const started = processTime.now();
  const reading = new AbortController();
  const stop = () => reading.abort(new Error('told to stop'));
  for (const sign of ['SIGTERM', 'SIGINT'] as const) process.once(sign, stop);

  const sinks = await opened(config, logger, () => {
    if (sinks.all.every(sink => sink.isGone)) stop();
  });
  process.on('SIGHUP', sinks.reopen);
  const feed = new EventFeed({
    ...{ url, apiKey, market, clock: machineClock, logger, times, backoff },
    wanted: wanted.byKind,
  });
  const seldom = new Seldom(processTime, config.ndjson.warnInterval);
  const stream = new Stream({ config, feed, sinks: sinks.all, now: Date.now, seldom, logger });
  const counted = () => ({ stream, status: feed.status(), sinks: sinks.all });
  const age = () => processTime.now() - started;
  await using status = await listening(metrics, answersOf({ ready, counted, age }));

  logger.info('polygon_config', { ...shown(config), cluster: market, statusPort: status.port });
  const tell = () => logger.info('polygon_stats', { ...totalsOf(counted()), state: feed.status().state });
  const telling = config.statsEvery > 0 ? setInterval(tell, config.statsEvery) : undefined;
  await stream.run(reading.signal);
  clearInterval(telling);
  const left = await closed(sinks, logger);
  tell();
  return left;
}

/** @throws EnvironmentError when a sink cannot be used */
async function opened(config: AloneConfig, logger: Logger, onGone: () => void): Promise<Sinks> {
  const { market: feed } = config;
  const host = hostname();
  try {
    return await sinksOf(config, {
      output: process.stdout,
      now: Date.now,
      time: processTime,
      logger,
      envelopeOf: event => envelopeLine(event, { feed, hostname: host, version, ...event }),
      onGone,
    });
  } catch (error) {
    if (!(error instanceof SinkError)) throw error;
    throw new EnvironmentError([
      error.sink === 'zmq' ? zmqFault(config, error.cause) : fileFault(config, error.cause),
    ]);
  }
}

function zmqFault({ zmq }: AloneConfig, cause: unknown): string {
  if (cause instanceof NoZeroMq) return `${aloneEnv.sink}: zmq ${cause.message}`;
  const fault = `'${zmq.endpoint}' cannot be used (${codeOf(cause)}): use one that is free, or let subscribers have it (${aloneEnv.zmqBind}=false)`;
  return `${aloneEnv.zmqEndpoint}: ${fault}`;
}

function fileFault({ ndjson }: AloneConfig, cause: unknown): string {
  const fault = `'${ndjson.dest}' cannot be written (${codeOf(cause)}): name a file in a folder that is there and can be written`;
  return `${aloneEnv.ndjsonDest}: ${fault}`;
}

/** @throws EnvironmentError when the address cannot be listened on */
async function listening(
  at: AloneConfig['metrics'],
  answers: Parameters<typeof serveStatus>[1],
): Promise<StatusServer> {
  try {
    return await serveStatus(at, answers);
  } catch (error) {
    const fault = `${at.host}:${at.port} cannot be listened on (${codeOf(error)}): use another port, or 0 for any free one`;
    throw new EnvironmentError([`${aloneEnv.metricsAddress}: ${fault}`]);
  }
}

/** @returns 1 when something that was accepted is lost, else 0 */
async function closed(sinks: Sinks, logger: Logger): Promise<number> {
  const signal = AbortSignal.timeout(DRAIN_LIMIT);
  const ends = await Promise.allSettled(sinks.all.map(sink => sink.close(signal)));
  const failed = ends.filter(end => end.status === 'rejected');
  for (const { reason } of failed) logger.error('events are lost', { error: `${reason}` });
  return failed.length === 0 ? 0 : 1;
}

/** The settings as they hold, without the key and the password. */
function shown({ apiKey: _, wanted, redis, ...rest }: AloneConfig) {
  const { url, cap } = redis;
  return {
    ...rest,
    ...(url !== undefined && { redis: { url: withoutPassword(url), cap } }),
    subscription: wanted.patterns.map(({ kind, symbols }) => `${kind}:${symbols}`),
  };
}

function codeOf(error: unknown): string {
  const { code }: { readonly code?: unknown } = Object(error);
  return typeof code === 'string' ? code : String(error);
}
