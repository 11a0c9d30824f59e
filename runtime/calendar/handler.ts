/** The calendar Lambda: once a day a look at the special days that the vendor announces. */
import { calendarOf } from '../bars/calendar.ts';
import { marketRules, markets } from '../bars/market.ts';
import { confirmedDaysIn } from '../platform/confirmed-days.ts';
import { readEnvironment } from '../platform/env.ts';
import { loggerFor } from '../platform/logger.ts';
import { calendarMetrics, environmentVariable } from '../platform/metric-names.ts';
import { addCounts, metricsFor, publish } from '../platform/metrics.ts';
import { scheduledInstant } from '../platform/scheduled.ts';
import { apiKeyOf } from '../platform/secret.ts';
import { VendorRest } from '../platform/vendor-rest.ts';
import { differences, upcoming } from './compare.ts';
import { calendarEnv } from './names.ts';

/** The vendor announces for several exchanges; they keep the same days. */
const EXCHANGE = 'NYSE';

const config = readEnvironment(process.env, env => ({
  environment: env.text(environmentVariable, { purpose: 'names the environment', fallback: 'local' }),
  market: env.oneOf(calendarEnv.market, {
    purpose: 'names the market',
    fallback: 'stocks',
    allowed: markets,
  }),
  url: env.text(calendarEnv.restUrl, {
    purpose: 'is where the vendor answers',
    fallback: 'https://api.massive.com',
  }),
  secret: env.text(calendarEnv.apiKeySecret, { purpose: 'names the secret with the vendor key' }),
  confirmed: confirmedDaysIn(env),
}));
const logger = loggerFor('calendar');
const metrics = metricsFor({ environment: config.environment, feed: config.market });

export async function handler(event: unknown): Promise<void> {
  const { market, url, confirmed } = config;
  const at = scheduledInstant(event);
  const rest = new VendorRest({ url, apiKey: await apiKeyOf(config.secret) });
  const { days, timeZone } = calendarOf(market);
  const found = differences(await rest.get('/v1/marketstatus/upcoming', upcoming), {
    exchange: EXCHANGE,
    today: days.at(at).date.toString(),
    timeZone,
    settled: new Set(Object.keys(confirmed)),
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
