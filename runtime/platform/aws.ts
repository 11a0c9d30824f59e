/** AWS clients, made one way: connections are kept open and every call is bounded in time. */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';

const CONNECT_TIMEOUT = 3_000;
/** Longer than any healthy answer, shorter than a watermark's patience. */
const REQUEST_TIMEOUT = 10_000;
const SOCKETS = 32;

/** Certificates are checked whatever the process's environment says. Without this the Kinesis client speaks HTTP/2 and opens one TLS connection per request. */
function keepAliveHandler(): NodeHttpHandler {
  const agent = { keepAlive: true, maxSockets: SOCKETS };
  return new NodeHttpHandler({
    connectionTimeout: CONNECT_TIMEOUT,
    requestTimeout: REQUEST_TIMEOUT,
    throwOnRequestTimeout: true,
    httpAgent: new HttpAgent(agent),
    httpsAgent: new HttpsAgent({ ...agent, rejectUnauthorized: true }),
  });
}

/**
 * A Kinesis client; region, endpoint and credentials come from the SDK's standard variables.
 * @param maxAttempts how often a call is tried; 1 for whoever must look anew before trying again. @default the SDK's 3
 */
export function kinesisClient(maxAttempts = 3): KinesisClient {
  return new KinesisClient({ requestHandler: keepAliveHandler(), maxAttempts });
}

/** A DynamoDB client; region, endpoint and credentials come from the SDK's standard variables. */
export function dynamoDbClient(): DynamoDBClient {
  return new DynamoDBClient({ requestHandler: keepAliveHandler() });
}
