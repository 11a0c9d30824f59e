/**
 * Hands minutes on to the sinks that have a use for them, as they were published: once the stream has acknowledged them, so that
 * nobody reads a minute that the stream may come to have with another version.
 */
import type { Market } from '../../../markets/names.ts';
import { takesMinutes } from '../../../platform/sink-names.ts';
import { decodeMinuteRecord } from '../../../records/decode.ts';
import { channelTable } from '../../../vendor/channels/table.ts';
import type { Item } from '../../sinks/minutes-stream/slot-queue.ts';
import type { EventSink } from '../../sinks/passed-on/event-sink.ts';

export interface AcknowledgedMinutesOptions {
  readonly market: Market;
  readonly sinks: readonly EventSink[];
  /** Epoch ms. */
  readonly now: () => number;
}

export class AcknowledgedMinutes {
  readonly #options: AcknowledgedMinutesOptions;
  readonly #takers: readonly EventSink[];
  /** Their own: those of other events have no holes but where something was dropped. */
  #seq = 0;

  constructor(options: AcknowledgedMinutesOptions) {
    this.#options = options;
    this.#takers = options.sinks.filter(({ name }) => takesMinutes(name));
  }

  /** The stream has taken this item. */
  take({ kind, data }: Pick<Item, 'kind' | 'data'>): void {
    if (kind !== 'bar' || this.#takers.length === 0) return;
    const { market, now } = this.#options;
    const text = Buffer.from(data).toString();
    const minute = decodeMinuteRecord(text, market);
    if (minute.type !== 'bar') return;
    const { symbol, start: ts } = minute;
    const named = channelTable.minutes[market].kind;
    const event = { kind: named, symbol, topic: `${named}.${symbol}`, ts, text, minute };
    const numbered = { ...event, ingestTs: now(), seq: ++this.#seq };
    for (const sink of this.#takers) sink.accept(numbered);
  }
}
