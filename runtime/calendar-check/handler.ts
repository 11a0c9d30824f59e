/** The calendar Lambda: once a day a look at the special days that the vendor announces. */
import { calendarOf } from '../markets/calendar.ts';
import { marketRules } from '../markets/market.ts';
import { readEnvironment } from '../platform/env.ts';
import { loggerFor } from '../platform/logger.ts';
import { calendarMetrics } from '../platform/metric-names.ts';
import { addCounts, metricsFor, publish } from '../platform/metrics.ts';
import { scheduledInstant } from '../platform/scheduled.ts';
import { apiKeyOf } from '../platform/secret.ts';
import { VendorRest } from '../vendor/rest/vendor-rest.ts';
import { differences, upcoming } from './compare.ts';
import { calendarConfigIn } from './config.ts';

/** The vendor announces for several exchanges; they keep the same days. */
const EXCHANGE = 'NYSE';

const config = readEnvironment(process.env, calendarConfigIn);
const logger = loggerFor('calendar');
const metrics = metricsFor({ environment: config.environment, feed: config.market });

export async function handler(event: unknown): Promise<void> {
  const { market, restUrl, confirmedDays } = config;
  const at = scheduledInstant(event);
  const rest = new VendorRest({ url: restUrl, apiKey: await apiKeyOf(config.apiKeySecret) });
  const { days, timeZone } = calendarOf(market);
  const found = differences(await rest.get('/v1/marketstatus/upcoming', upcoming), {
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
  addCounts(metrics, { [calendarMetrics.differences]: found.length });
  // A value of the past would not be looked at any more when a retry or a long list brings it late.
  publish(metrics);
}
