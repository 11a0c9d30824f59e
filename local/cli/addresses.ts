/** Where what runs here answers: printed once, and part of `/status`. */
import { region } from '../engine/account.ts';
import type { Pipeline } from './pipeline.ts';

export interface Addresses {
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

export function addressesOf({ engine, minutes, bars }: Pipeline): Addresses {
  const { kinesis, dynamodb } = engine.endpoints;
  const [api] = engine.apis;
  return {
    aws: { region, kinesis, dynamodb, streams: { minutes, bars } },
    ...(api && { api: api.endpoint }),
  };
}

/** One line for whoever reads the streams. */
export function streamsLine({ aws: { region, kinesis, streams } }: Addresses): string {
  return `streams for any AWS SDK: ${streams.minutes} and ${streams.bars} at ${kinesis}, region ${region}, any credentials`;
}
