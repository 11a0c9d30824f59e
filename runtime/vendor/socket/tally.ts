/** Counts what the vendor sends and why connections end, and says once what is unusual. */
import type { Logger } from '../../platform/logger.ts';
import type { Counts } from '../channels/channel.ts';
import type { VendorWords } from '../words.ts';
import type { Ending, EndingKind } from './statuses.ts';

/** A sender of nonsense must not fill the memory with kinds of nonsense. */
const KINDS = 50;
const SAMPLE = 200;

export class Tally implements Counts {
  readonly #logger: Logger;
  readonly #words: VendorWords;
  readonly #events = new Map<string, number>();
  readonly #causes = new Map<string, number>();
  frames = 0;
  /** Pings sent. */
  pings = 0;
  connectionsLost = 0;
  /** How many connections ended, by kind. */
  readonly endings: Record<EndingKind, number> = { refused: 0, 'too many connections': 0, lost: 0 };
  /** Event time (epoch ms) of the last frame with data. */
  lastData: number | undefined;

  constructor(logger: Logger, words: VendorWords) {
    this.#logger = logger;
    this.#words = words;
  }

  /** Events by kind. */
  get kinds(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#events);
  }

  get causes(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#causes);
  }

  /** What the feed is asked for: always counted under its own name. */
  events(kind: string, count: number): void {
    this.#events.set(kind, (this.#events.get(kind) ?? 0) + count);
  }

  status(status: string): void {
    add(this.#events, `status ${status}`);
  }

  /** Counted, and logged the first time. @param sample the text it was found in, as it came. */
  oddity(kind: string, sample: string): void {
    if (!this.#events.has(kind) && this.#events.size < KINDS)
      this.#logger.warn('the feed sent something that is not used', {
        kind,
        sample: this.#words.text(sample, SAMPLE),
      });
    add(this.#events, kind);
  }

  lost({ kind, cause }: Ending): void {
    this.connectionsLost++;
    this.endings[kind]++;
    add(this.#causes, cause);
  }
}

function add(counts: Map<string, number>, kind: string): void {
  const known = counts.has(kind) || counts.size < KINDS ? kind : 'other';
  counts.set(known, (counts.get(known) ?? 0) + 1);
}
