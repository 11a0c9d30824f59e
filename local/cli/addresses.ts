/** Where what runs here answers: printed once, and part of `/status`. */
import type { Market } from '../../runtime/markets/names.ts';
import { region } from '../engine/account.ts';
import type { Pipeline } from './pipeline.ts';

export interface Addresses {
  /** Name of the feed whose streams they are. */
  readonly feed: string;
  readonly market: Market;
  /** What an AWS SDK needs to read the streams; it takes any credentials. */
  readonly aws: {
    readonly region: string;
    readonly kinesis: string;
    readonly dynamodb: string;
    readonly streams: { readonly minutes: string; readonly bars: string };
  };
  /** The query API, which asks for signatures with the credentials `local` and `local`. */
  readonly api?: string;
  /** The ingester's own status, once it has one. */
  readonly ingester?: string;
}

export function addressesOf({ engine, feed, market, minutes, bars }: Pipeline): Addresses {
  const { kinesis, dynamodb } = engine.endpoints;
  const [api] = engine.apis;
  return {
    ...{ feed, market },
    aws: { region, kinesis, dynamodb, streams: { minutes, bars } },
    ...(api && { api: api.endpoint }),
  };
}

/** One line for whoever reads the streams. */
export function streamsLine({ aws: { region, kinesis, streams } }: Addresses): string {
  return `streams for any AWS SDK: ${streams.minutes} and ${streams.bars} at ${kinesis}, region ${region}, any credentials`;
}

/** One line for whoever asks for bars; none where no API runs. @param page its server, which signs what it hands on */
export function apiLine({ api }: Addresses, page: URL): string | undefined {
  return api && `query API: ${new URL('/v1/', page)} without signatures, ${api} with them`;
}
