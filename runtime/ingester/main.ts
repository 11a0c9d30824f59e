/** Starts the ingester, or the one that stands alone where a sink is named, and stops it on SIGTERM. Exit codes: 0 all published, 1 something could not be, 2 its variables are wrong. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { confirmDays } from '../markets/calendar.ts';
import { dynamoDbClient, kinesisClient } from '../platform/aws.ts';
import { clockFrom } from '../platform/clock-from.ts';
import { EnvironmentError } from '../platform/env.ts';
import { codeOf } from '../platform/error-code.ts';
import { type Logger, loggerFor } from '../platform/logger.ts';
import { metricsFor } from '../platform/metrics.ts';
import { expectOwn, ForeignTable, ownerOf } from '../tables/belonging.ts';
import { aloneConfig } from './alone/config.ts';
import { runAlone } from './alone/run.ts';
import { assemble } from './assemble.ts';
import { type IngesterConfig, ingesterConfig } from './config.ts';
import { ingesterEnv } from './names.ts';
import { tellParent } from './parent.ts';
import { openSinks } from './sinks/kinds/open.ts';
import { Segments } from './sinks/minutes-stream/segments.ts';
import { standsAlone } from './stands-alone.ts';
import { Meter } from './status/meter.ts';
import { type Answers, serveStatus } from './status/status-server.ts';
import { readerOf } from './symbols/symbol-source.ts';

/** Shorter than the 120 s after which a container is killed. */
const DRAIN_LIMIT = 110_000;
/** Longer than a table that is well takes to answer, and shorter than anybody waits for a start. */
const TABLE_PATIENCE = 5_000;

async function main(config: IngesterConfig): Promise<number> {
  confirmDays(config.market, config.confirmedDays);
  const logger = loggerFor('ingester');
  const reading = new AbortController();
  const stop = () => reading.abort(new Error('told to stop'));
  process.once('SIGTERM', stop);
  process.once('disconnect', stop);
  // A terminal sends Ctrl-C to child processes too; where a parent governs, it says when to stop.
  process.on('SIGINT', () => process.connected || stop());
  await using segments = await backlogSegments(config.backlog, logger);
  const dynamoDb = dynamoDbClient();
  await expectOwnTables(config, dynamoDb, logger);
  const clock = await clockFrom(config.eventClock, reading.signal);
  const { feed, market } = config;
  const sinks = await openSinks({ plans: config.passedOn.sinks, feed, market, clock, logger });
  const { run, answers, measure, told } = assemble(config, {
    clock,
    // The publisher tries again by itself, after it has made sure that the lease is still held.
    kinesis: kinesisClient({ maxAttempts: 1 }),
    dynamoDb,
    segments,
    sinks: sinks.all,
    ...(await readerOf(config.symbolSource, config.symbolServer)),
    logger,
    onSubscribed: () => tellParent({ type: 'subscribed' }),
  });
  await using status = await statusServer(config.status, answers);
  const metrics = metricsFor(config);
  using _meter = new Meter({ metrics, clock, measure, told });
  logger.info('the ingester starts', { feed, market, statusPort: status.port });
  tellParent({ type: 'status', port: status.port });
  const left = await run(reading.signal, () => AbortSignal.timeout(DRAIN_LIMIT));
  if (left === 0) logger.info('everything is published');
  else logger.error('not everything was taken in time', { recordsLeft: left });
  return Math.min(left, 1);
}

/** @throws EnvironmentError when a table is another's. One that does not answer now is waited for later. */
async function expectOwnTables(config: IngesterConfig, dynamoDb: DynamoDBClient, logger: Logger) {
  const owner = ownerOf(config);
  for (const [variable, table] of [
    [ingesterEnv.leaseTable, config.leaseTable],
    [ingesterEnv.quarantineTable, config.quarantineTable],
    [ingesterEnv.sessionsTable, config.sessionsTable],
  ] as const) {
    if (table === undefined) continue;
    await expectOwn(dynamoDb, table, owner, AbortSignal.timeout(TABLE_PATIENCE)).catch((error: Error) => {
      if (error instanceof ForeignTable) throw new EnvironmentError([`${variable}: ${error.message}`]);
      logger.warn('nobody can tell whose the table is', { table, error: error.message });
    });
  }
}

/** @throws EnvironmentError when the folder cannot be used */
async function backlogSegments(backlog: IngesterConfig['backlog'], logger: Logger) {
  if (!backlog) return undefined;
  try {
    return await Segments.open({ ...backlog, logger });
  } catch (error) {
    const fault = `'${backlog.folder}' cannot be used (${codeOf(error)}): name a folder that can be written`;
    throw new EnvironmentError([`${ingesterEnv.backlogFolder}: ${fault}`]);
  }
}

/** @throws EnvironmentError when the address cannot be listened on */
async function statusServer(at: IngesterConfig['status'], answers: Answers) {
  try {
    return await serveStatus(at, answers);
  } catch (error) {
    const code = codeOf(error);
    const fault =
      code === 'EADDRINUSE'
        ? 'is taken: use another port, or 0 for any free one'
        : `cannot be listened on (${code}): use another port or ${ingesterEnv.statusHost}`;
    throw new EnvironmentError([`${ingesterEnv.statusPort}: ${at.host}:${at.port} ${fault}`]);
  }
}

try {
  if (standsAlone(process.env)) process.exit(await runAlone(aloneConfig(process.env)));
  process.exit(await main(ingesterConfig(process.env)));
} catch (error) {
  if (!(error instanceof EnvironmentError)) throw error;
  console.error(error.message);
  process.exit(2);
}
