/** Runs an ingester that stands alone, from its variables to its end. */
import { machineClock } from '../../platform/clock.ts';
import { EnvironmentError } from '../../platform/env.ts';
import { codeOf } from '../../platform/error-code.ts';
import { errorLoggerFor } from '../../platform/logger.ts';
import { Seldom } from '../../platform/seldom.ts';
import { processTime } from '../../platform/time.ts';
import { EventFeed } from '../../vendor/socket/event-feed.ts';
import { askedFor } from '../channels/passed-on/asked.ts';
import { Passing } from '../channels/passed-on/passing.ts';
import { closeSinks, openSinks } from '../sinks/kinds/open.ts';
import { type StatusServer, serveStatus } from '../status/status-server.ts';
import { answersOf } from './answers.ts';
import type { AloneConfig } from './config.ts';
import { totalsOf } from './metrics.ts';
import { aloneEnv } from './names.ts';
import { Stream } from './stream.ts';

/** How long (ms) sinks have for what they hold when it ends. */
const DRAIN_LIMIT = 10_000;
/** Whoever stands alone names all that it asks for. */
const NOTHING = { symbols: [] };
/** How often (ms) refused events are said. */
const SAID_EVERY = 5_000;

/**
 * Ends when it is told to by a signal, or when nobody takes anything any more.
 * @returns the exit code: 0 all is written, 1 something is lost
 * @throws EnvironmentError when what the variables name cannot be used
 */
export async function runAlone(config: AloneConfig): Promise<number> {
  // Whoever reads the log may go: that ends no stream.
  process.stderr.on('error', () => undefined);
  const { market, apiKey, feedUrl: url, times, backoff, compression, wanted, metrics, ready } = config;
  const logger = errorLoggerFor('ingester', config.logLevel);
  const started = processTime.now();
  const reading = new AbortController();
  const stop = () => reading.abort(new Error('told to stop'));
  for (const sign of ['SIGTERM', 'SIGINT'] as const) process.once(sign, stop);

  const sinks = await openSinks({
    ...{ plans: config.sinks, feed: market, market, clock: machineClock, logger, onAllGone: stop },
  });
  process.on('SIGHUP', sinks.reopen);
  const feed = new EventFeed({
    ...{ url, apiKey, market, clock: machineClock, logger, times, backoff, compression },
    asked: askedFor({ followed: [], own: wanted }, market, NOTHING),
  });
  const passing = new Passing({
    ...{ market, patterns: wanted.patterns, words: feed.words, sinks: sinks.all, now: Date.now },
    ...{ seldom: new Seldom(processTime, SAID_EVERY), logger },
  });
  const stream = new Stream(feed, passing, logger);
  const counted = () => ({ stream, status: feed.status(), sinks: sinks.all });
  const age = () => processTime.now() - started;
  await using status = await listening(metrics, answersOf({ ready, counted, age }));

  logger.info('polygon_config', { ...shown(config), cluster: market, statusPort: status.port });
  if (times.pingEvery > 0 && times.deadAfter <= times.pingEvery)
    logger.warn(
      `a connection that is quiet for ${aloneEnv.readTimeout} is given up before it is asked whether it lives: use more than ${aloneEnv.heartbeatInterval}`,
      { readTimeoutSecs: times.deadAfter / 1_000, heartbeatIntervalSecs: times.pingEvery / 1_000 },
    );
  const tell = () => logger.info('polygon_stats', { ...totalsOf(counted()), state: feed.status().state });
  const telling = config.statsEvery > 0 ? setInterval(tell, config.statsEvery) : undefined;
  await stream.run(reading.signal);
  clearInterval(telling);
  const isWritten = await closeSinks(sinks.all, AbortSignal.timeout(DRAIN_LIMIT), logger);
  tell();
  return isWritten ? 0 : 1;
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

/** The settings as they hold, without the key and the passwords. */
function shown({ apiKey: _, wanted, sinks, ...rest }: AloneConfig) {
  return {
    ...rest,
    sinks: sinks.map(({ kind }) => kind),
    ...Object.fromEntries(sinks.map(({ kind, shown }) => [kind, shown])),
    subscription: wanted.patterns.map(({ kind, symbols }) => `${kind}:${symbols}`),
  };
}
