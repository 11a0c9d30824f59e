/** The latest Lambda: finished 5m bars in, of each symbol the trading day's kept in Redis. */
import {
  type Bar,
  handleBars,
  type KinesisEvent,
  type LambdaContext,
  type Refused,
} from '../../kit/index.ts';
import { calendarOf, confirmDays } from '../markets/calendar.ts';
import { dynamoDbClient } from '../platform/aws.ts';
import { readEnvironment } from '../platform/env.ts';
import { loggerFor } from '../platform/logger.ts';
import { latestMetrics } from '../platform/metric-names.ts';
import { addCounts, metricsFor, publish } from '../platform/metrics.ts';
import { isHttp, redisAddress } from '../platform/redis/address.ts';
import { RedisConnection } from '../platform/redis/connection.ts';
import { keyPrefixes } from '../platform/redis/keys.ts';
import { secretOf } from '../platform/secret.ts';
import { redisEnv } from '../platform/sink-names.ts';
import { processTime } from '../platform/time.ts';
import { BarTable } from '../tables/bars/bar-table.ts';
import { ownerOf } from '../tables/belonging.ts';
import { latestConfigIn } from './config.ts';
import { DayArrays } from './day-arrays.ts';
import { keptTimeframe } from './names.ts';
import { StoredDays } from './stored-days.ts';

/** Names of keys in a line of the log, at most. */
const NAMED = 5;

const config = readEnvironment(process.env, latestConfigIn);
const { market, confirmedDays, barsTable, redisUrlSecret, redisTokenSecret, dayTtl: ttl } = config;
confirmDays(market, confirmedDays);
const logger = loggerFor('latest');
const metrics = metricsFor(config);
const stored =
  barsTable === undefined
    ? undefined
    : new StoredDays(new BarTable(dynamoDbClient(), barsTable, ownerOf(config)));
/** Its connection is kept from one invocation to the next, as long as all goes well. */
let opened: DayArrays | undefined;

const consume = handleBars({
  filter: { timeframes: [keptTimeframe], final: true },
  async onBars(bars: readonly Bar[], signal: AbortSignal) {
    opened ??= await open();
    const { written, superseded, blocked, unwritten } = await opened.write(bars, signal);
    if (blocked.size > 0)
      logger.warn('something that is not ours stands at keys: their bars are not written', {
        keys: Object.fromEntries([...blocked].slice(0, NAMED)),
        keysInTheWay: blocked.size,
        remedy: 'rename or delete those keys, or use another database',
      });
    addCounts(metrics, {
      [latestMetrics.written]: written,
      [latestMetrics.superseded]: superseded,
      [latestMetrics.blocked]: unwritten,
    });
  },
  onFailed(error) {
    // The secret may say something else by now.
    opened = undefined;
    logger.error('bars not written: they will be delivered again', { error });
  },
  onRefused: ({ reason, stream, shardId, sequenceNumber }: Refused) =>
    logger.error('record refused', { reason, where: `${stream} ${shardId}:${sequenceNumber}` }),
});

export async function handler(event: KinesisEvent, context: LambdaContext) {
  try {
    return await consume(event, context);
  } finally {
    publish(metrics);
  }
}

/** @throws Error when a secret cannot be read or does not hold what it must */
async function open(): Promise<DayArrays> {
  const url = addressIn(
    await secretOf({
      ...{ name: redisUrlSecret, variable: redisEnv.url },
      holds: 'the address of the Redis server',
    }),
  );
  if (isHttp(url) && redisTokenSecret === undefined)
    throw new Error(
      `secret '${redisUrlSecret}' holds an https address, which needs a token: name its secret`,
    );
  const token =
    redisTokenSecret &&
    (await secretOf({
      ...{ name: redisTokenSecret, variable: redisEnv.token },
      holds: 'the token of the Redis server',
    }));
  const connection = new RedisConnection(url, processTime, token);
  const [prefix, calendar] = [keyPrefixes[market], calendarOf(market)];
  return new DayArrays({ connection, prefix, calendar, ttl, stored });
}

function addressIn(text: string): string {
  try {
    return redisAddress(text);
  } catch (error) {
    throw new Error(`secret '${redisUrlSecret}' holds no address of a Redis server: ${error}`);
  }
}
