/** Hands what the vendor sends to every sink, and counts it. */
import type { Logger } from '../../platform/logger.ts';
import type { Seldom } from '../../platform/seldom.ts';
import { printable } from '../../records/show.ts';
import type { PassedEvents } from '../../vendor/channels/passed-on.ts';
import { passedOnRows } from '../../vendor/channels/table.ts';
import type { RefusedBar } from '../../vendor/feed-events.ts';
import type { EventFeed } from '../../vendor/socket/event-feed.ts';
import type { EventSink } from '../sinks/passed-on/event-sink.ts';
import { symbolFits } from '../sinks/passed-on/selection.ts';
import type { AloneConfig } from './config.ts';

/** Of a refused event's text. */
const SAMPLE = 200;

export interface StreamOptions {
  readonly config: Pick<AloneConfig, 'market' | 'wanted'>;
  readonly feed: Pick<EventFeed, 'events' | 'words'>;
  readonly sinks: readonly EventSink[];
  /** Epoch ms. */
  readonly now: () => number;
  /** How often refused events are said. */
  readonly seldom: Seldom;
  readonly logger: Logger;
}

export class Stream {
  readonly #options: StreamOptions;
  readonly #counted: ReadonlyMap<string, 'trades' | 'quotes' | undefined>;
  /** Since the start. */
  readonly counts = {
    messages: 0,
    trades: 0,
    quotes: 0,
    refused: 0,
    reconnects: 0,
    reconnectSuccesses: 0,
    reconnectFailures: 0,
  };
  #seq = 0;

  constructor(options: StreamOptions) {
    this.#options = options;
    this.#counted = new Map(passedOnRows[options.config.market].map(row => [row.kind, row.counts]));
  }

  /** Ends with the signal, after what had arrived was handed over. */
  async run(signal: AbortSignal): Promise<void> {
    const { counts } = this;
    let stood = false;
    for await (const happening of this.#options.feed.events(signal)) {
      if (happening.type === 'events') this.#pass(happening);
      else if (happening.type === 'subscribed') {
        if (counts.reconnects > 0) counts.reconnectSuccesses++;
        stood = true;
      } else {
        if (counts.reconnects > 0 && !stood) counts.reconnectFailures++;
        counts.reconnects++;
        stood = false;
      }
    }
  }

  #pass({ events, refused }: PassedEvents): void {
    const { config, sinks, now } = this.#options;
    const { patterns } = config.wanted;
    const ingestTs = now();
    for (const event of events) {
      this.counts.messages++;
      const counted = this.#counted.get(event.kind);
      if (counted) this.counts[counted]++;
      if (!patterns.some(each => each.kind === event.kind && symbolFits(event.symbol, each.symbols)))
        continue;
      const numbered = { ...event, ingestTs, seq: ++this.#seq };
      for (const sink of sinks) sink.accept(numbered);
    }
    for (const each of refused) this.#refuse(each);
  }

  #refuse({ raw, reason, count = 1 }: RefusedBar): void {
    const { feed, seldom, logger } = this.#options;
    this.counts.refused += count;
    seldom.say('refused', () =>
      logger.warn('the feed sent an event that is not passed on', {
        reason,
        sample: printable(feed.words.withoutKey(raw), SAMPLE),
        refused: this.counts.refused,
      }),
    );
  }
}
