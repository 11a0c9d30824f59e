/** AWS clients, made one way: connections are kept open and every call is bounded in time. */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { KinesisClient, type KinesisClientConfig } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { DynamoDbProtocol } from './dynamodb-protocol.ts';
import { KinesisProtocol } from './kinesis-protocol.ts';

const CONNECT_TIMEOUT = 3_000;
/** Longer than any healthy answer, shorter than a watermark's patience. */
const REQUEST_TIMEOUT = 10_000;
const SOCKETS = 32;
/** Copies everything that is sent and answered for a log that nobody keeps. */
const LOG = 'loggerMiddleware';

/** Certificates are checked whatever the process's environment says. Without this the Kinesis client speaks HTTP/2 and opens one TLS connection per request. */
export function keepAliveHandler(): NodeHttpHandler {
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
 * A Kinesis client for whoever puts records.
 * @param settings @default region, endpoint and credentials come from the SDK's standard variables, and a call is tried three times
 */
export function kinesisClient(settings: KinesisClientConfig = {}): KinesisClient {
  const client = new KinesisClient({
    protocol: KinesisProtocol,
    requestHandler: keepAliveHandler(),
    ...settings,
  });
  client.middlewareStack.remove(LOG);
  return client;
}

/** A DynamoDB client. @param settings @default region, endpoint and credentials come from the SDK's standard variables */
export function dynamoDbClient(settings: DynamoDBClientConfig = {}): DynamoDBClient {
  const client = new DynamoDBClient({
    protocol: DynamoDbProtocol,
    requestHandler: keepAliveHandler(),
    ...settings,
  });
  client.middlewareStack.remove(LOG);
  return client;
}
