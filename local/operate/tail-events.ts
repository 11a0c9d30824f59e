/** Passed-on events followed in a terminal: as lines, and as they were put. */
import type { PassedOnEvent } from '../../kit/index.ts';
import { followEvents } from '../../kit/stream/index.ts';
import { envelopeLine } from '../../runtime/records/envelope.ts';
import { channelTable } from '../../runtime/vendor/channels/table.ts';
import { oneOf, UsageError } from '../command-line/option-values.ts';
import type { Outlet } from '../command-line/outlet.ts';
import { eventsSource, type Followed } from './tail-source.ts';
import type { Asked } from './where.ts';

/** Of kind and symbol together. */
const WIDTH = 10;
/** All that the vendor calls events, on any market. */
const KINDS = [
  ...new Set(Object.values(channelTable).flatMap(rows => Object.values(rows).map(({ kind }) => kind))),
].sort();

/** @throws UsageError or OperatorError where there is nothing to follow */
export async function eventsFollowed(
  asked: Asked,
  isAsked: (symbol: string) => boolean,
  outlet: Outlet,
): Promise<Followed> {
  if (asked.texts('timeframe').length > 0)
    throw new UsageError('--timeframe is about bars: events are told apart by --kind');
  const kinds = new Set(asked.texts('kind').map(text => oneOf('kind', text, KINDS, '')));
  const { client, stream } = await eventsSource(asked.where, asked.text('feed'));
  const lineOf = asked.has('json') ? envelopeOf : eventLine;
  return {
    client,
    streams: [stream],
    async follow(options) {
      for await (const { event } of followEvents(options))
        if (isAsked(event.symbol) && (kinds.size === 0 || kinds.has(event.type)))
          await outlet.line(lineOf(event));
    },
  };
}

/** `11-20 14:30:00.987 T:AAPL     {…}`: the vendor's time, in UTC, and its own words. */
export function eventLine({ ts, type, symbol, payloadText }: PassedOnEvent): string {
  const time = new Date(ts).toISOString().slice(5, -1).replace('T', ' ');
  return `${time} ${`${type}:${symbol}`.padEnd(WIDTH)} ${payloadText}`;
}

/** The line that it came in. */
export function envelopeOf(event: PassedOnEvent): string {
  const { type: kind, symbol, topic, ts, payloadText: text } = event;
  const { feed, hostname, app_version: version, seq, ingest_ts: ingestTs } = event;
  return envelopeLine({ kind, symbol, topic, ts, text }, { feed, hostname, version, seq, ingestTs });
}
