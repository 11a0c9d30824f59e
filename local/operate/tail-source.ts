/** Where the streams are that `npm run tail` follows: those of the pipeline on this machine, or of a feed in an account. */
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { FollowOptions } from '../../kit/stream/index.ts';
import { LACKS } from './asked-feed.ts';
import type { Deployed } from './deployed.ts';
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

/** What is followed, and how: until the signal aborts. */
export interface Followed {
  readonly client: KinesisClient;
  readonly streams: readonly string[];
  readonly follow: (options: FollowOptions) => Promise<void>;
}

export interface EventsSource {
  readonly client: KinesisClient;
  /** Name. */
  readonly stream: string;
}

/** @throws OperatorError when there is none, or it is not ready */
export function tailSource(where: Where, feed: string | undefined): Promise<TailSource> {
  return where.kind === 'cloud' ? cloudSource(where.environment, feed) : localSource(where.port, feed);
}

/** That of what a feed passes on. @throws OperatorError likewise */
export function eventsSource(where: Where, feed: string | undefined): Promise<EventsSource> {
  return where.kind === 'cloud' ? cloudEvents(where.environment, feed) : localEvents(where.port, feed);
}

async function localSource(port: number, wanted: string | undefined): Promise<TailSource> {
  const trait = { has: ({ streams }: { readonly streams?: unknown }) => streams !== undefined };
  const told = await localFeed(port, wanted, { ...trait, lacks: LACKS.minutes });
  const { feed, market, streams } = told;
  const client = localClient(port, told);
  if (streams === undefined) throw starting(port);
  return { client, feed, market, streams };
}

async function localEvents(port: number, wanted: string | undefined): Promise<EventsSource> {
  const trait = { has: ({ events }: { readonly events?: unknown }) => events !== undefined };
  const lacks = 'has no stream of events: npm start -- --feeds stocks:minutes+trades makes one';
  const told = await localFeed(port, wanted, { ...trait, lacks });
  const client = localClient(port, told);
  if (told.events === undefined) throw starting(port);
  return { client, stream: told.events };
}

function localClient(
  port: number,
  { aws }: Pick<Awaited<ReturnType<typeof localFeed>>, 'aws'>,
): KinesisClient {
  if (aws === undefined) throw starting(port);
  const { region, kinesis: endpoint } = aws;
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  return new KinesisClient({ region, endpoint, credentials, requestHandler: new NodeHttpHandler() });
}

function starting(port: number): OperatorError {
  return new OperatorError(`the pipeline on port ${port} is still starting: try again in a few seconds`);
}

async function cloudSource(environment: string, wanted: string | undefined): Promise<TailSource> {
  const { Deployed, feedId, feedName } = await templates();
  const deployed = new Deployed(environment);
  const feed = deployed.feedOfMinutes(wanted);
  const pathOf = (stream: 'Minutes' | 'Bars') => `Storage/${feedId(feed)}/${stream}/Stream`;
  const [minutes, bars] = [pathOf('Minutes'), pathOf('Bars')] as const;
  const names = await deployed.physicalNames([minutes, bars]);
  return {
    client: cloudClient(deployed),
    feed: feedName(feed),
    market: feed.market,
    streams: { minutes: names.get(minutes) ?? minutes, bars: names.get(bars) ?? bars },
  };
}

async function cloudEvents(environment: string, wanted: string | undefined): Promise<EventsSource> {
  const { Deployed, feedId } = await templates();
  const deployed = new Deployed(environment);
  const path = `Storage/${feedId(deployed.feedOfEvents(wanted))}/Events/Stream`;
  const names = await deployed.physicalNames([path]);
  return { client: cloudClient(deployed), stream: names.get(path) ?? path };
}

/** Brings the whole CDK along, which nobody waits for who looks at this machine. */
async function templates() {
  const [{ Deployed }, { feedId, feedName }] = await Promise.all([
    import('./deployed.ts'),
    import('../../lib/settings/names.ts'),
  ]);
  return { Deployed, feedId, feedName };
}

function cloudClient({ client }: Deployed): KinesisClient {
  return new KinesisClient({ ...client, requestHandler: new NodeHttpHandler() });
}
