/** Hands refused bars to the quarantine in the background: the feed is read on meanwhile. */
import { createHash } from 'node:crypto';
import type { Logger } from '../../platform/logger.ts';
import type { Quarantine, Refused } from '../../platform/quarantine.ts';
import { awsBackoff, type Backoff, pauseAfter } from '../../platform/retry.ts';
import type { RefusedBar } from '../feed.ts';

/** The most that waits for a table that does not answer; more is written to the log instead. */
const WAITING = 10_000;
const BATCH = 100;

export interface RefusalsOptions {
  readonly quarantine: Pick<Quarantine, 'put'>;
  readonly logger: Logger;
  /** @default the one for AWS */
  readonly backoff?: Backoff;
  /** @default 10,000 */
  readonly limit?: number;
}

export class Refusals {
  readonly #options: RefusalsOptions;
  readonly #waiting: Refused[] = [];
  readonly #ended = new AbortController();
  #writing: Promise<void> | undefined;
  #total = 0;
  #dropped = 0;

  constructor(options: RefusalsOptions) {
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
  add({ raw, reason, where }: RefusedBar, at: number): void {
    const { logger, limit = WAITING } = this.#options;
    this.#total++;
    const hash = createHash('sha256').update(raw).digest('hex').slice(0, 16);
    if (this.#waiting.length >= limit) {
      this.#dropped++;
      logger.error('a refused bar finds no place in the quarantine', { where, reason, raw });
      return;
    }
    if (this.#total === 1) logger.warn('a bar was refused and is kept in the quarantine', { where, reason });
    this.#waiting.push({ at, place: `${at}#${hash}`, raw: Buffer.from(raw), reason, where });
    this.#writing ??= this.#write();
  }

  /** Resolves when everything is written, or the signal aborts: then what is left goes to the log. */
  async close(signal: AbortSignal): Promise<void> {
    const end = () => this.#ended.abort(signal.reason);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    await this.#writing;
    signal.removeEventListener('abort', end);
    this.#dropped += this.#waiting.length;
    for (const { where, reason, raw } of this.#waiting.splice(0))
      this.#options.logger.error('a refused bar finds no place in the quarantine', {
        where,
        reason,
        raw: Buffer.from(raw).toString(),
      });
  }

  async #write(): Promise<void> {
    const { quarantine, logger, backoff = awsBackoff } = this.#options;
    let failures = 0;
    while (this.#waiting.length > 0 && !this.#ended.signal.aborted) {
      const batch = this.#waiting.slice(0, BATCH);
      try {
        await quarantine.put(batch, this.#ended.signal);
        this.#waiting.splice(0, batch.length);
        failures = 0;
      } catch (error) {
        failures++;
        if (failures === 1) logger.error('the quarantine does not answer', { cause: String(error) });
        await pauseAfter(failures, backoff, this.#ended.signal).catch(() => undefined);
      }
    }
    this.#writing = undefined;
  }
}
