/** Redrives the failure bucket and the quarantine of an environment in AWS. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { feedId } from '../../lib/settings/names.ts';
import { putAll } from '../../runtime/platform/put-records.ts';
import { KeptPieces } from '../../runtime/tables/quarantine/kept-pieces.ts';
import { bucketFailures } from './bucket-failures.ts';
import type { Deployed } from './deployed.ts';
import { redriveFailures } from './failures.ts';
import { redriveQuarantine } from './quarantine.ts';

export interface CloudRedrive {
  readonly what: 'failures' | 'quarantine';
  readonly act: boolean;
  /** Name of the feed. @default the only one of the environment */
  readonly feed?: string;
  readonly say: (line: string) => void;
}

/** @returns what came of it. @throws OperatorError when the feed is unknown or not deployed */
export async function cloudRedrive(deployed: Deployed, { what, act, feed: name, say }: CloudRedrive) {
  const feed = deployed.feedOfMinutes(name);
  const [storage, pipeline] = [`Storage/${feedId(feed)}`, `Pipeline/${feedId(feed)}`];
  const parts = {
    failures: `${storage}/Failures/Bucket`,
    quarantine: `${storage}/Quarantine`,
    minutes: `${storage}/Minutes/Stream`,
    rollup: `${pipeline}/Rollup/Function`,
    store: `Serving/${feedId(feed)}/BarStore/Function`,
    latest: `Serving/${feedId(feed)}/Latest/Function`,
  };
  const functions = [
    parts.rollup,
    ...(feed.store === false ? [] : [parts.store]),
    ...(feed.latest ? [parts.latest] : []),
  ];
  const needed = what === 'failures' ? [parts.failures, ...functions] : [parts.quarantine, parts.minutes];
  const names = await deployed.physicalNames(needed);
  const nameOf = (path: string) => names.get(path) ?? path;
  if (what === 'failures') {
    const store = bucketFailures(deployed.client, nameOf(parts.failures));
    const invokers = functions.map(path => [nameOf(path), invoker(deployed, nameOf(path))] as const);
    return redriveFailures({ store, functions: new Map(invokers), act, say });
  }
  const kinesis = new KinesisClient({ ...deployed.client, requestHandler: new NodeHttpHandler() });
  return redriveQuarantine({
    store: new KeptPieces(new DynamoDBClient(deployed.client), nameOf(parts.quarantine)),
    put: async entries => {
      await putAll(kinesis, nameOf(parts.minutes), entries);
    },
    ...{ market: feed.market, now: Date.now(), act, say },
  });
}

function invoker(deployed: Deployed, FunctionName: string): (event: string) => Promise<unknown> {
  const client = new LambdaClient(deployed.client);
  return async event => {
    const reply = await client.send(new InvokeCommand({ FunctionName, Payload: event }));
    const text = Buffer.from(reply.Payload ?? []).toString() || 'null';
    if (reply.FunctionError === undefined) return JSON.parse(text);
    throw new Error(`the function failed: ${Object(JSON.parse(text)).errorMessage ?? reply.FunctionError}`);
  };
}
