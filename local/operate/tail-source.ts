/** Where the streams are that `npm run tail` follows: those of the pipeline on this machine, or of a feed in an account. */
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { localFeed } from './local-feed.ts';
import { OperatorError } from './operator-error.ts';
import type { Where } from './where.ts';

export interface TailSource {
  readonly client: KinesisClient;
  /** Its name and market, where whoever was asked knows them. */
  readonly feed: string | undefined;
  readonly market: string | undefined;
  /** Names. */
  readonly streams: { readonly minutes: string; readonly bars: string };
}

/** @throws OperatorError when there is none, or it is not ready */
export function tailSource(where: Where, feed: string | undefined): Promise<TailSource> {
  return where.kind === 'cloud' ? cloudSource(where.environment, feed) : localSource(where.port, feed);
}

async function localSource(port: number, wanted: string | undefined): Promise<TailSource> {
  const { feed, market, streams, aws } = await localFeed(port, wanted);
  if (aws === undefined)
    throw new OperatorError(`the pipeline on port ${port} is still starting: try again in a few seconds`);
  if (streams === undefined)
    throw new OperatorError(
      `feed ${feed} of the pipeline on port ${port} has no minutes, and nothing that is made of them`,
    );
  const { region, kinesis: endpoint } = aws;
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  const requestHandler = new NodeHttpHandler();
  return {
    client: new KinesisClient({ region, endpoint, credentials, requestHandler }),
    feed,
    market,
    streams,
  };
}

async function cloudSource(environment: string, feed: string | undefined): Promise<TailSource> {
  // Brings the whole CDK along, which nobody waits for who looks at this machine.
  const [{ Deployed }, { feedId, feedName }] = await Promise.all([
    import('./deployed.ts'),
    import('../../lib/settings/names.ts'),
  ]);
  const deployed = new Deployed(environment);
  const found = deployed.feedOfMinutes(feed);
  const id = feedId(found);
  const pathOf = (stream: 'Minutes' | 'Bars') => `Storage/${id}/${stream}/Stream`;
  const [minutes, bars] = [pathOf('Minutes'), pathOf('Bars')] as const;
  const names = await deployed.physicalNames([minutes, bars]);
  const client = new KinesisClient({ ...deployed.client, requestHandler: new NodeHttpHandler() });
  const { market } = found;
  return {
    client,
    feed: feedName(found),
    market,
    streams: { minutes: names.get(minutes) ?? minutes, bars: names.get(bars) ?? bars },
  };
}
