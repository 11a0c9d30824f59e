/** Hands what the vendor sends, and nobody promises, to every sink, numbered; and counts it. */
import type { Market } from '../../../markets/names.ts';
import type { Logger } from '../../../platform/logger.ts';
import type { Seldom } from '../../../platform/seldom.ts';
import { printable } from '../../../records/show.ts';
import type { PassedEvents } from '../../../vendor/channels/passed-on.ts';
import { passedOnRows } from '../../../vendor/channels/table.ts';
import type { RefusedBar } from '../../../vendor/feed-events.ts';
import type { VendorWords } from '../../../vendor/words.ts';
import type { EventSink } from '../../sinks/passed-on/event-sink.ts';
import { type Pattern, Patterns } from '../../sinks/passed-on/selection.ts';
import type { Halts } from './halts.ts';

/** Of a refused event's text. */
const SAMPLE = 200;

export interface PassingOptions {
  readonly market: Market;
  /** What is passed on of what comes. @default all of it */
  readonly patterns?: readonly Pattern[] | undefined;
  readonly words: VendorWords;
  readonly sinks: readonly EventSink[];
  /** Is told of what it listens for, whether that is passed on or not. @default nobody listens */
  readonly halts?: Halts | undefined;
  /** Epoch ms. */
  readonly now: () => number;
  /** Takes refused events. @default nobody does: they are said and counted */
  readonly onRefused?: ((event: RefusedBar) => void) | undefined;
  /** How often refused events are said. */
  readonly seldom: Seldom;
  readonly logger: Logger;
}

export class Passing {
  readonly #options: PassingOptions;
  readonly #patterns: Patterns | undefined;
  readonly #counted: ReadonlyMap<string, 'trades' | 'quotes' | undefined>;
  /** Since the start. */
  readonly counts = { messages: 0, trades: 0, quotes: 0, refused: 0 };
  #seq = 0;

  constructor(options: PassingOptions) {
    this.#options = options;
    this.#patterns = options.patterns && new Patterns(options.patterns);
    this.#counted = new Map(passedOnRows[options.market].map(row => [row.kind, row.counts]));
  }

  get halts(): Halts | undefined {
    return this.#options.halts;
  }

  get sinks(): readonly EventSink[] {
    return this.#options.sinks;
  }

  /** How many of those that were accepted could not be written when the sinks were closed. */
  get lost(): number {
    return this.sinks.reduce((sum, { lost }) => sum + lost, 0);
  }

  take({ events, refused }: PassedEvents): void {
    const { sinks, halts, now } = this.#options;
    const ingestTs = now();
    for (const event of events) {
      this.counts.messages++;
      const counted = this.#counted.get(event.kind);
      if (counted) this.counts[counted]++;
      if (event.kind === halts?.kind) halts.take(event);
      if (this.#patterns?.have(event) === false) continue;
      const numbered = { ...event, ingestTs, seq: ++this.#seq };
      for (const sink of sinks) sink.accept(numbered);
    }
    for (const each of refused) this.#refuse(each);
  }

  #refuse(event: RefusedBar): void {
    const { raw, reason, count = 1 } = event;
    const { words, seldom, logger, onRefused } = this.#options;
    onRefused?.(event);
    this.counts.refused += count;
    seldom.say('refused', () =>
      logger.warn('the feed sent an event that is not passed on', {
        reason,
        sample: printable(words.withoutKey(raw), SAMPLE),
        refused: this.counts.refused,
      }),
    );
  }
}
