/** Where what runs here answers: printed once, and part of `/status`. */
import type { Market } from '../../runtime/markets/names.ts';
import { region } from '../engine/account.ts';
import type { Pipeline } from './pipeline.ts';

/** Names of the streams of a feed. */
interface Streams {
  readonly minutes: string;
  readonly bars: string;
}

export interface FeedAddresses {
  /** Name of the feed. */
  readonly feed: string;
  readonly market: Market;
  /** Of minutes and bars, where the feed has them. */
  readonly streams?: Streams;
  /** Name of the stream of what is passed on, where a sink is one. */
  readonly events?: string;
  /** The ingester's own status, once it has one. */
  readonly ingester?: string;
}

export interface Addresses {
  /** What an AWS SDK needs to read the streams; it takes any credentials. */
  readonly aws: {
    readonly region: string;
    readonly kinesis: string;
    readonly dynamodb: string;
  };
  /** The query API, which asks for signatures with the credentials `local` and `local`. */
  readonly api?: string;
  readonly feeds: readonly FeedAddresses[];
}

/** @param ingesterOf where the ingester of that feed answers, once it does */
export function addressesOf(
  { engine, feeds }: Pipeline,
  ingesterOf: (feed: string) => string | undefined,
): Addresses {
  const { kinesis, dynamodb } = engine.endpoints;
  const [api] = engine.apis;
  return {
    aws: { region, kinesis, dynamodb },
    ...(api && { api: api.endpoint }),
    feeds: feeds.map(({ name, progress: { market }, streams, events }) => {
      const ingester = ingesterOf(name);
      return {
        ...{ feed: name, market },
        ...(streams && { streams }),
        ...(events !== undefined && { events }),
        ...(ingester !== undefined && { ingester }),
      };
    }),
  };
}

/** The same for `/status`, where the only feed stands among the rest, and several beside `each` of them. */
export function statusOf<Each extends object>(
  { aws, feeds, ...rest }: Addresses,
  each: readonly Each[] | undefined,
) {
  const [only, ...others] = feeds;
  if (only === undefined || others.length > 0)
    return { aws, ...rest, feeds: feeds.map((feed, n) => ({ ...each?.[n], ...feed })) };
  const { streams, ...feed } = only;
  return { ...feed, aws: { ...aws, ...(streams && { streams }) }, ...rest };
}

/** One line for whoever reads the streams. */
export function streamsLine({ aws: { region, kinesis }, feeds }: Addresses): string {
  const named = feeds.map(({ streams, events }) =>
    [...(streams ? [streams.minutes, streams.bars] : []), ...(events === undefined ? [] : [events])].join(
      ' and ',
    ),
  );
  return `streams for any AWS SDK: ${named.join(', ')} at ${kinesis}, region ${region}, any credentials`;
}

/** One line for whoever asks for bars; none where no API runs. @param page its server, which signs what it hands on */
export function apiLine({ api }: Addresses, page: URL): string | undefined {
  return api && `query API: ${new URL('/v1/', page)} without signatures, ${api} with them`;
}
