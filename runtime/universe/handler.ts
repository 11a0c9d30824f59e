/** The universe Lambda: after the close, the most traded symbols become the list that a feed follows. */
import type { Context } from 'aws-lambda';
import { calendarOf, confirmDays } from '../markets/calendar.ts';
import { dynamoDbClient } from '../platform/aws.ts';
import { s3Client, ssmClient } from '../platform/aws-stores.ts';
import { readEnvironment } from '../platform/env.ts';
import { loggerFor } from '../platform/logger.ts';
import { scheduledInstant } from '../platform/scheduled.ts';
import { apiKeyOf } from '../platform/secret.ts';
import { ownerOf } from '../tables/belonging.ts';
import { TableMemory } from '../tables/monitor-memory.ts';
import { RestClient } from '../vendor/rest/client.ts';
import { RestHistory } from '../vendor/rest/rest-history.ts';
import { dailyTries } from '../vendor/rest/unavailable.ts';
import { universeConfigIn } from './config.ts';
import { renewUniverse } from './universe.ts';

/** Left for the line that says why when there is no answer. */
const LAST_MOMENTS = 5_000;

const config = readEnvironment(process.env, universeConfigIn);
confirmDays(config.market, config.confirmedDays);
const logger = loggerFor('universe');
const memory = new TableMemory(dynamoDbClient(), config.memoryTable, ownerOf(config));
const clients = { ssm: ssmClient(), s3: s3Client() };

export async function handler(event: unknown, context: Context): Promise<void> {
  const { market, delay, perSecond, restUrl, apiKeySecret } = config;
  const now = scheduledInstant(event) - delay;
  using rest = new RestClient({
    ...{ url: restUrl, apiKey: await apiKeyOf(apiKeySecret), budget: { perSecond, atOnce: 1 } },
    ...dailyTries,
  });
  const history = new RestHistory({
    ...{ client: rest, market, delay, now: () => now },
    // It asks for no bars.
    versions: { next: () => 1 },
  });
  const signal = AbortSignal.timeout(context.getRemainingTimeInMillis() - LAST_MOMENTS);
  const calendar = calendarOf(market);
  const listed = (ending: AbortSignal) => history.symbols(ending);
  const renewed = await renewUniverse(
    { ...config, calendar, memory, clients, rest, listed, logger },
    now,
    signal,
  );
  if (!renewed) logger.info('no session has ended on this day, or its universe stands: nothing is changed');
}
