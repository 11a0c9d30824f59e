/** The archive Lambda: once an hour, every ended day whose log has changed since, as Parquet files. */
import { S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import { calendarOf, confirmDays } from '../markets/calendar.ts';
import { Windows } from '../markets/window.ts';
import { dynamoDbClient } from '../platform/aws.ts';
import { readEnvironment } from '../platform/env.ts';
import { loggerFor } from '../platform/logger.ts';
import { release } from '../platform/release-names.ts';
import { scheduledInstant } from '../platform/scheduled.ts';
import { ownerOf } from '../tables/belonging.ts';
import { ChunkLog } from '../tables/chunks/chunk-log.ts';
import { SlotReader } from '../tables/chunks/slot-reader.ts';
import { ArchiveBucket } from './archive-bucket.ts';
import { archiveDays } from './archive-days.ts';
import { archiveConfigIn } from './config.ts';

/** Left to say what became of it when it is broken off. */
const LAST_MOMENTS = 5_000;

const config = readEnvironment(process.env, archiveConfigIn);
confirmDays(config.market, config.confirmedDays);
const logger = loggerFor('archive');
const windows = new Windows(calendarOf(config.market), config.alignment);
const log = new ChunkLog(dynamoDbClient(), config.stateTable, ownerOf(config));
const slots = new SlotReader(dynamoDbClient(), config.stateTable, ownerOf(config));
const bucket = new ArchiveBucket(new S3Client(), config.bucket, config.feed);

export async function handler(event: unknown, context: Context): Promise<void> {
  const now = scheduledInstant(event) - config.delay;
  const signal = AbortSignal.timeout(context.getRemainingTimeInMillis() - LAST_MOMENTS);
  await archiveDays({ ...config, windows, log, slots, bucket, release }, now, logger, signal);
}
