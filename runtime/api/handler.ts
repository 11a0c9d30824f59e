/** The query API's Lambda: behind an HTTP API of API Gateway, which checks who asks. */
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { dynamoDbClient } from '../platform/aws.ts';
import { readEnvironment } from '../platform/env.ts';
import { loggerFor } from '../platform/logger.ts';
import { respond } from './api.ts';
import { apiConfigIn } from './config.ts';
import { feedOf } from './feed/feed.ts';
import { CloudWatchAlarms } from './status/alarms.ts';
import { CloudWatchMetrics } from './status/figures.ts';

/** Left for the answer when the work is broken off. */
const LAST_MOMENTS = 1_000;

const configs = readEnvironment(process.env, apiConfigIn);
const logger = loggerFor('api');
const dynamoDb = dynamoDbClient();
const cloudWatch = new CloudWatchClient({ maxAttempts: 1 });
const world = { client: dynamoDb, wallClock: Date.now, logger, share: 1 / configs.length };
const sources = {
  feeds: configs.map(config => feedOf(config, world)),
  alarms: new CloudWatchAlarms(cloudWatch, Date.now, logger),
  metrics: new CloudWatchMetrics(cloudWatch, Date.now, logger),
};

export function handler(
  event: APIGatewayProxyEventV2,
  context: Context,
): Promise<APIGatewayProxyStructuredResultV2> {
  const signal = AbortSignal.timeout(context.getRemainingTimeInMillis() - LAST_MOMENTS);
  return respond(event, sources, logger, signal);
}
