/** The calendar Lambda: once a day a look at the special days that the vendor announces. */
import type { Context } from 'aws-lambda';
import { calendarOf } from '../markets/calendar.ts';
import { marketRules } from '../markets/market.ts';
import { readEnvironment } from '../platform/env.ts';
import { loggerFor } from '../platform/logger.ts';
import { calendarMetrics } from '../platform/metric-names.ts';
import { addCounts, metricsFor, publish, type ValuesOf } from '../platform/metrics.ts';
import { scheduledInstant } from '../platform/scheduled.ts';
import { apiKeyOf } from '../platform/secret.ts';
import { announcedDays } from '../vendor/rest/announcements.ts';
import { RestClient } from '../vendor/rest/client.ts';
import { dailyTries } from '../vendor/rest/unavailable.ts';
import { differences } from './compare.ts';
import { calendarConfigIn } from './config.ts';

/** The vendor announces for several exchanges; they keep the same days. */
const EXCHANGE = 'NYSE';
/** One question is all there is. */
const BUDGET = { perSecond: 1, atOnce: 1 };
/** Left for the line that says why when there is no answer. */
const LAST_MOMENTS = 5_000;

const config = readEnvironment(process.env, calendarConfigIn);
const logger = loggerFor('calendar');
const metrics = metricsFor(config);

export async function handler(event: unknown, context: Context): Promise<void> {
  const { market, restUrl, confirmedDays } = config;
  const at = scheduledInstant(event);
  const apiKey = await apiKeyOf(config.apiKeySecret);
  using rest = new RestClient({ url: restUrl, apiKey, budget: BUDGET, ...dailyTries });
  const signal = AbortSignal.timeout(context.getRemainingTimeInMillis() - LAST_MOMENTS);
  const { days, timeZone } = calendarOf(market);
  const found = differences(await announcedDays(rest, signal), {
    exchange: EXCHANGE,
    today: days.at(at).date.toString(),
    timeZone,
    settled: new Set(Object.keys(confirmedDays)),
    specialDays: marketRules[market].specialDays,
  });
  for (const difference of found)
    logger.error('the calendars differ: confirm the day with the exchange and name it in specialDays', {
      ...difference,
    });
  addCounts(metrics, { [calendarMetrics.differences]: found.length } satisfies ValuesOf<
    typeof calendarMetrics
  >);
  // A value of the past would not be looked at any more when a retry or a long list brings it late.
  publish(metrics);
}
