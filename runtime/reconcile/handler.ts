/** The reconcile Lambda: after the close, our bars against the vendor's, with a report a day. It reads the roll-up's log. */
import { S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import { calendarOf, confirmDays } from '../markets/calendar.ts';
import { Windows } from '../markets/window.ts';
import { dynamoDbClient } from '../platform/aws.ts';
import { readEnvironment } from '../platform/env.ts';
import { loggerFor } from '../platform/logger.ts';
import { reconcileMetrics } from '../platform/metric-names.ts';
import { addCounts, metricsFor, publish, type ValuesOf } from '../platform/metrics.ts';
import { scheduledInstant } from '../platform/scheduled.ts';
import { apiKeyOf } from '../platform/secret.ts';
import { ownerOf } from '../tables/belonging.ts';
import { ChunkLog } from '../tables/chunks/chunk-log.ts';
import { RestClient } from '../vendor/rest/client.ts';
import { dailyTries } from '../vendor/rest/unavailable.ts';
import { reconcileConfigIn } from './config.ts';
import { endedDay, reconcile } from './reconcile.ts';
import { Reports } from './reports.ts';

/** Left for the report when the comparison is broken off. */
const LAST_MOMENTS = 5_000;

const config = readEnvironment(process.env, reconcileConfigIn);
confirmDays(config.market, config.confirmedDays);
const logger = loggerFor('reconcile');
const metrics = metricsFor(config);
const windows = new Windows(calendarOf(config.market), config.alignment);
const log = new ChunkLog(dynamoDbClient(), config.stateTable, ownerOf(config));
const reports = new Reports(new S3Client(), config.reportBucket, config.feed);

export async function handler(event: unknown, context: Context): Promise<void> {
  const at = scheduledInstant(event);
  const day = endedDay(windows.calendar, at - config.delay);
  if (!day) return logger.info('no session on this day: nothing is compared');
  // Started every hour for a while, in case that the vendor does not answer at first.
  if (await reports.has(day.date)) return logger.info('the day is compared already', { date: day.date });
  using rest = new RestClient({
    url: config.restUrl,
    apiKey: await apiKeyOf(config.apiKeySecret),
    budget: { perSecond: config.perSecond, atOnce: 1 },
    ...dailyTries,
  });
  const signal = AbortSignal.timeout(context.getRemainingTimeInMillis() - LAST_MOMENTS);
  const report = await reconcile({ ...config, windows, log, rest }, day, at, signal);
  const { mismatches, compared } = report;
  const key = await reports.put(report);
  const [example] = mismatches;
  if (example)
    logger.error('bars differ from the vendor’s', { report: key, found: mismatches.length, example });
  addCounts(metrics, { [reconcileMetrics.mismatches]: mismatches.length } satisfies ValuesOf<
    typeof reconcileMetrics
  >);
  // A value of the past would not be looked at any more when a retry or a long list brings it late.
  publish(metrics, Date.now(), { compared });
}
