/** Counts what the vendor sends and why connections end, and says once what is unusual. */
import type { Logger } from '../../platform/logger.ts';
import type { Ending, EndingKind } from './statuses.ts';

/** A sender of nonsense must not fill the memory with kinds of nonsense. */
const KINDS = 50;
const SAMPLE = 200;

export class Tally {
  readonly #logger: Logger;
  readonly #redact: (text: string) => string;
  readonly #events = new Map<string, number>();
  readonly #causes = new Map<string, number>();
  frames = 0;
  connectionsLost = 0;
  /** How many connections ended, by kind. */
  readonly endings: Record<EndingKind, number> = { refused: 0, 'too many connections': 0, lost: 0 };
  /** Event time (epoch ms) of the last frame with data. */
  lastData: number | undefined;

  /** @param redact takes secrets out of what the vendor says */
  constructor(logger: Logger, redact: (text: string) => string) {
    this.#logger = logger;
    this.#redact = redact;
  }

  get events(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#events);
  }

  get causes(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#causes);
  }

  event(kind: string, count = 1): void {
    add(this.#events, this.#redact(kind), count);
  }

  /** Counted, and logged the first time. @param sample the text it was found in. */
  oddity(text: string, sample: string): void {
    const kind = this.#redact(text);
    if (!this.#events.has(kind) && this.#events.size < KINDS)
      this.#logger.warn('the feed sent something that is not used', {
        kind,
        sample: this.#redact(sample).slice(0, SAMPLE),
      });
    add(this.#events, kind, 1);
  }

  lost({ kind, cause }: Ending): void {
    this.connectionsLost++;
    this.endings[kind]++;
    add(this.#causes, cause, 1);
  }
}

function add(counts: Map<string, number>, kind: string, count: number): void {
  const known = counts.has(kind) || counts.size < KINDS ? kind : 'other';
  counts.set(known, (counts.get(known) ?? 0) + count);
}
