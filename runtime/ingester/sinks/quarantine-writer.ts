/** Hands refused bars to the quarantine in the background: the feed is read on meanwhile. */
import { createHash } from 'node:crypto';
import type { Logger } from '../../platform/logger.ts';
import { awsBackoff, type Backoff, pauseAfter } from '../../platform/retry.ts';
import type { Quarantine } from '../../tables/quarantine/quarantine.ts';
import type { Refused } from '../../tables/quarantine/quarantine-item.ts';
import type { RefusedBar } from '../../vendor/feed-events.ts';
import type { VendorWords } from '../../vendor/words.ts';

/** The most that waits for a table that does not answer; more is written to the log instead. */
const WAITING = { records: 10_000, bytes: 32 * 1024 * 1024 } as const;
const BATCH = 100;
/** As much of a bar as a line of the log holds, in characters: ten times a whole one. */
const LOGGED = 4_000;

export interface QuarantineWriterOptions {
  readonly quarantine: Pick<Quarantine, 'put'>;
  /** What a bar says, and what is said of it, leaves by these. */
  readonly words: VendorWords;
  readonly logger: Logger;
  /** @default the one for AWS */
  readonly backoff?: Backoff;
  /** What may wait. @default 10,000 records, 32 MiB */
  readonly limit?: { readonly records: number; readonly bytes: number };
}

/** What waits, and how many bars it stands for. */
interface Waiting extends Refused {
  readonly count: number;
}

export class QuarantineWriter {
  readonly #options: QuarantineWriterOptions;
  readonly #waiting: Waiting[] = [];
  readonly #ended = new AbortController();
  #writing: Promise<void> | undefined;
  #bytes = 0;
  #total = 0;
  #dropped = 0;

  constructor(options: QuarantineWriterOptions) {
    this.#options = options;
  }

  /** How many bars were refused since the start. */
  get total(): number {
    return this.#total;
  }

  /** How many of them found no place in the quarantine: only the log has them. */
  get dropped(): number {
    return this.#dropped;
  }

  /** @param at event time (epoch ms) at which the bar arrived */
  add(bar: RefusedBar, at: number): void {
    const { words, logger, limit = WAITING } = this.#options;
    const raw = Buffer.from(words.withoutKey(bar.raw));
    const [reason, where] = [words.text(bar.reason), words.text(bar.where)];
    const hash = createHash('sha256').update(raw).digest('hex').slice(0, 16);
    const { count = 1 } = bar;
    const refused = { at, place: `${at}#${hash}`, raw, reason, where, count };
    const isFirst = this.#total === 0;
    this.#total += count;
    if (this.#waiting.length >= limit.records || this.#bytes + raw.byteLength > limit.bytes) {
      this.#drop(refused, 'too much waits for the table');
      return;
    }
    if (isFirst) logger.warn('a bar was refused and is kept in the quarantine', { where, reason });
    this.#waiting.push(refused);
    this.#bytes += raw.byteLength;
    this.#writing ??= this.#write();
  }

  /** Resolves when everything is written, or the signal aborts: then what is left goes to the log. */
  async close(signal: AbortSignal): Promise<void> {
    const end = () => this.#ended.abort(signal.reason);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    await this.#writing;
    signal.removeEventListener('abort', end);
    for (const refused of this.#take(this.#waiting.length)) this.#drop(refused, 'the time to stop is over');
  }

  async #write(): Promise<void> {
    const { quarantine, logger, backoff = awsBackoff } = this.#options;
    let failures = 0;
    while (this.#waiting.length > 0 && !this.#ended.signal.aborted) {
      const batch = this.#waiting.slice(0, BATCH);
      try {
        const setAside = await quarantine.put(batch, this.#ended.signal);
        const causes = new Map(setAside.map(({ refused, cause }) => [refused.place, cause]));
        for (const each of batch) {
          const cause = causes.get(each.place);
          if (cause !== undefined) this.#drop(each, cause);
        }
        this.#take(batch.length);
        failures = 0;
      } catch (error) {
        failures++;
        if (failures === 1) logger.error('the quarantine does not answer', { cause: String(error) });
        await pauseAfter(failures, backoff, this.#ended.signal).catch(() => undefined);
      }
    }
    this.#writing = undefined;
  }

  #take(count: number): Waiting[] {
    const taken = this.#waiting.splice(0, count);
    for (const { raw } of taken) this.#bytes -= raw.byteLength;
    return taken;
  }

  /** Only the log has it then. */
  #drop({ where, reason, raw, count }: Waiting, cause: string): void {
    const { words, logger } = this.#options;
    this.#dropped += count;
    const text = words.text(Buffer.from(raw).toString(), LOGGED);
    logger.error('a refused bar finds no place in the quarantine', { cause, where, reason, raw: text });
  }
}
