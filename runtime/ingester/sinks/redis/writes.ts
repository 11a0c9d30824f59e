/** What an event writes to Redis: the latest value under its key, and an entry of a stream. */
import { type Calendar, calendarOf } from '../../../markets/calendar.ts';
import type { Closing, Closings } from '../../../markets/closings.ts';
import type { Market } from '../../../markets/names.ts';
import { keyPrefixes } from '../../../platform/redis/keys.ts';
import type { MinuteBar } from '../../../records/bar.ts';
import { FURTHEST_AHEAD, Refused } from '../../../records/check.ts';
import { encodeMinuteBar } from '../../../records/encode.ts';
import { oneLine } from '../../../records/envelope.ts';
import type { Fields } from '../../../vendor/channels/channel.ts';
import { minuteBarOf } from '../../../vendor/channels/minute-bar.ts';
import { channelTable } from '../../../vendor/channels/table.ts';
import { jsonIn } from '../../../vendor/json.ts';
import type { NumberedEvent } from '../passed-on/event.ts';
import type { Pattern } from '../passed-on/selection.ts';
import { entryOf, minuteEntry, type StreamName } from './entries.ts';
import { isReadableAgain } from './readable.ts';

/** Written if nothing newer stands there. */
export interface LatestValue {
  readonly kind: 'value';
  readonly key: string;
  readonly text: string;
  /** Names of the fields of the text by which values follow each other, and what they are: the second decides where the first are alike. */
  readonly order: readonly [string, string];
  readonly at: At;
}

/** A minute, of which the last regular one may stand for a close. */
export interface MinuteValue {
  readonly kind: 'minute';
  readonly key: string;
  readonly closeKey: string;
  readonly symbol: string;
  readonly text: string;
  readonly close: number;
  /** What had closed before it. */
  readonly before: Closing;
  /** The day that it is a regular minute of. */
  readonly own: Pick<Closing, 'date' | 'close'> | undefined;
  readonly at: At;
}

/** A fair value, which is compared with the close of the day before. */
export interface FairValue {
  readonly kind: 'fmv';
  readonly key: string;
  readonly closeKey: string;
  readonly minuteKey: string;
  readonly symbol: string;
  readonly price: number;
  /** Epoch ms. */
  readonly ts: number;
  /** What had closed before it. */
  readonly closing: Closing;
  readonly at: At;
}

export type Latest = LatestValue | MinuteValue | FairValue;
type At = readonly [number, number];

export interface Writes {
  readonly latest: Latest;
  readonly entry?: { readonly stream: StreamName; readonly values: readonly string[] };
}

/** The channels that it takes, and how their keys are called. */
const channels = { minutes: 'agg1m', trades: 'trade', quotes: 'quote', fmv: 'fmv' } as const;
type Taken = keyof typeof channels;
const taken: readonly Taken[] = ['minutes', 'trades', 'quotes', 'fmv'];

export class EventWrites {
  readonly #market: Market;
  readonly #calendar: Calendar;
  readonly #closings: Closings;
  readonly #eventTime: () => number;
  readonly #channels: ReadonlyMap<string, Taken>;

  /** @param eventTime the present, epoch ms of event time */
  constructor(market: Market, closings: Closings, eventTime: () => number) {
    this.#market = market;
    this.#closings = closings;
    this.#eventTime = eventTime;
    this.#calendar = calendarOf(market);
    const rows = taken.map(channel => [channelTable[channel][market]?.kind, channel] as const);
    this.#channels = new Map(rows.flatMap(([kind, channel]) => (kind ? [[kind, channel]] : [])));
  }

  /** What it takes of all that is passed on. */
  get patterns(): readonly Pattern[] {
    return [...this.#channels.keys()].map(kind => ({ kind, symbols: '*' }));
  }

  /** @throws Refused for an event that is not what its kind promises */
  of(event: NumberedEvent): Writes {
    const { kind, symbol, text, minute } = event;
    const channel = this.#channels.get(kind);
    if (channel === undefined) throw new Refused('ev', kind, 'no key is made of it');
    this.#expectPresent(event);
    const fields: Fields = minute ? {} : Object(jsonIn(text));
    const keyOf = (name: string) => `${keyPrefixes[this.#market]}:${name}:${symbol}`;
    const [key, closeKey] = [keyOf(channels[channel]), keyOf('prev_close')];
    switch (channel) {
      case 'minutes':
        return this.#minute(event, fields, { key, closeKey });
      case 'fmv':
        return {
          latest: {
            kind: 'fmv',
            key,
            closeKey,
            minuteKey: keyOf(channels.minutes),
            ...this.#fairValue(event, fields),
          },
        };
      default: {
        if (!isReadableAgain(text, fields))
          throw new Refused(
            'ev',
            kind,
            'the server could not read it again: it has half a character, or is nested too deep',
          );
        const at = [event.ts, numberOr0(fields['q'])] as const;
        return {
          latest: { kind: 'value', key, text: oneLine(text), order: ['t', 'q'], at },
          entry: { stream: channel, values: entryOf(channel, symbol, fields) },
        };
      }
    }
  }

  /** Nothing would be newer than what comes from the future. */
  #expectPresent({ ts }: NumberedEvent): void {
    const now = this.#eventTime();
    if (ts > now + FURTHEST_AHEAD)
      throw new Refused('t', ts, `more than an hour ahead of the clock, which shows ${now}`);
  }

  /** The stream of aggregates has what came from the vendor now: what was fetched later is no news. */
  #minute(event: NumberedEvent, fields: Fields, keys: Pick<MinuteValue, 'key' | 'closeKey'>): Writes {
    const { symbol, minute } = event;
    const bar = minute ?? this.#asPublished(event, fields);
    const { start, close, version } = bar;
    const closes = { before: this.#closings.at(start), own: this.#closings.closeOf(start) };
    const value = { symbol, text: encodeMinuteBar(bar), close, ...closes, at: [start, version] } as const;
    const latest = { kind: 'minute', ...keys, ...value } as const;
    if (bar.source !== 'live') return { latest };
    const values = minute ? minuteEntry(minute) : entryOf('aggregates', symbol, fields);
    return { latest, entry: { stream: 'aggregates', values } };
  }

  /** As a minutes stream would have it; the later of two of one minute is the newer. */
  #asPublished({ ingestTs: now }: NumberedEvent, fields: Fields): MinuteBar {
    const [market, row, calendar] = [this.#market, channelTable.minutes[this.#market], this.#calendar];
    return minuteBarOf(fields, { market, row, calendar, now, version: now });
  }

  #fairValue({ ts, symbol }: NumberedEvent, { fmv: price }: Fields) {
    if (typeof price !== 'number') throw new Refused('fmv', price, 'use a number');
    return { symbol, price, ts, closing: this.#closings.at(ts), at: [ts, ts] } as const;
  }
}

function numberOr0(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
