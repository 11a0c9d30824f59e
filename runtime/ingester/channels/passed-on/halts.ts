/** Which of the feed's symbols are in a trading halt, as the vendor's price bands (LULD) tell where the feed carries them: no bars are to be expected of those. */
import * as v from 'valibot';
import type { Calendar } from '../../../markets/calendar.ts';
import type { Market } from '../../../markets/names.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Logger } from '../../../platform/logger.ts';
import { awsBackoff, pauseAfter } from '../../../platform/retry.ts';
import type { MinuteBar } from '../../../records/bar.ts';
import type { PassedEvent } from '../../../records/envelope.ts';
import { type Halt, type HaltTable, holdsAt, textOf } from '../../../tables/lease/halt-table.ts';
import { channelTable } from '../../../vendor/channels/table.ts';
import type { Subscription } from '../../symbols/subscription.ts';
import type { PassedOnConfig } from './config.ts';

/** What the indicators of a band say, of securities listed at NASDAQ alone. */
const [HALTED, RESUMED] = [17, 18];
/** About as many as NASDAQ lists; names of so many, however long, fit into an item. */
const MOST = 4_000;
/** Between two looks at whether there is anything to save, ms of event time. */
const SAVED_EVERY = 5_000;

const band = v.pipe(v.string(), v.parseJson(), v.object({ i: v.array(v.unknown()) }));

export interface HaltsOptions {
  /** That of the price bands. */
  readonly kind: string;
  readonly clock: Clock;
  /** How much later than real time the feed sends, in ms. */
  readonly delay: number;
  readonly calendar: Calendar;
  /** Of others nobody expects bars. */
  readonly subscription: Pick<Subscription, 'has'>;
  readonly table: Pick<HaltTable, 'load' | 'save'>;
  /** Whoever does not hold it any more, as after a pause, must not write: a successor knows better. */
  readonly lease: { readonly holds: boolean; readonly epoch: number };
  readonly logger: Logger;
}

export class Halts {
  readonly #options: HaltsOptions;
  #halts = new Map<string, Halt>();
  /** As the table has it; undefined where nobody knows. */
  #saved: string | undefined = textOf([]);
  #isUnsaved = false;
  /** Whether what the holder before left is known. */
  #hasTaken = false;
  #isFull = false;

  constructor(options: HaltsOptions) {
    this.#options = options;
  }

  /** Of the events that it takes. */
  get kind(): string {
    return this.#options.kind;
  }

  /** Those that hold now, the one first that was told first. */
  get standing(): readonly Halt[] {
    if (this.#halts.size === 0) return [];
    const { calendar, subscription } = this.#options;
    const holds = holdsAt(this.#now(), calendar);
    return [...this.#halts.values()].filter(halt => holds(halt) && subscription.has(halt.symbol));
  }

  /** The vendor has sent a price band. */
  take({ symbol, ts, text }: Pick<PassedEvent, 'symbol' | 'ts' | 'text'>): void {
    const parsed = v.safeParse(band, text);
    if (!parsed.success || !this.#options.subscription.has(symbol)) return;
    const { i: indicators } = parsed.output;
    const known = this.#halts.get(symbol);
    if (indicators.includes(RESUMED)) {
      if (known && ts >= known.since) this.#halts.delete(symbol);
    } else if (indicators.includes(HALTED)) this.#halt(symbol, ts, known);
  }

  /** The feed has shown bars: who trades is not halted any more, though nobody heard of the resumption. */
  traded(bars: readonly Pick<MinuteBar, 'symbol' | 'start' | 'volume'>[]): void {
    if (this.#halts.size === 0) return;
    for (const { symbol, start, volume } of bars) {
      const halt = this.#halts.get(symbol);
      // A halt may follow another whose end was missed: bars between them end neither.
      if (halt && start >= halt.heard && volume !== '0') this.#halts.delete(symbol);
    }
  }

  /** Another has held the lease meanwhile, and knows better. */
  forget(): void {
    this.#hasTaken = false;
  }

  /** Goes on with what the holder before knew, where that is another. Resolves also when the signal aborts. */
  async takeOver(signal: AbortSignal): Promise<void> {
    const { table, logger } = this.#options;
    for (let failures = 1; !signal.aborted && !this.#hasTaken; failures++) {
      try {
        const halts = await table.load();
        this.#halts = new Map(halts.map(halt => [halt.symbol, halt]));
        // Written once, whatever stands there: from then on nothing of the holder before is taken any more.
        this.#saved = undefined;
        this.#hasTaken = true;
      } catch (error) {
        if (failures === 1) logger.warn('the trading halts cannot be read', { cause: String(error) });
        await pauseAfter(failures, awsBackoff, signal).catch(() => undefined);
      }
    }
  }

  /** Saves what has changed, again and again until the signal aborts, and then once more. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    while (!signal.aborted) {
      await clock.until(clock.now() + SAVED_EVERY, signal).catch(error => {
        if (!signal.aborted) throw error;
      });
      await this.#save();
    }
  }

  /** Of the market that the feed shows. */
  #now(): number {
    const { clock, delay } = this.#options;
    return clock.now() - delay;
  }

  /** @param ts epoch ms; no later than now, or a wrong one would hold for ever */
  #halt(symbol: string, ts: number, known: Halt | undefined): void {
    const at = Math.min(ts, this.#now());
    if (known) this.#halts.set(symbol, { ...known, heard: Math.max(at, known.heard) });
    else if (this.#halts.size < MOST) this.#halts.set(symbol, { symbol, since: at, heard: at });
    else if (!this.#isFull) {
      this.#isFull = true;
      this.#options.logger.warn('more symbols are halted than are kept: bars of the others stay expected', {
        kept: MOST,
      });
    }
  }

  async #save(): Promise<void> {
    const { calendar, table, lease, logger } = this.#options;
    const { standing } = this;
    this.#halts = new Map(standing.map(halt => [halt.symbol, halt]));
    if (standing.length < MOST) this.#isFull = false;
    const kept = standing.map(halt => ({ ...halt, heard: calendar.tradingDay(halt.heard).start }));
    const text = textOf(kept);
    if (text === this.#saved || !lease.holds) return;
    try {
      if (!(await table.save(kept, lease.epoch))) return;
      this.#saved = text;
      this.#isUnsaved = false;
    } catch (error) {
      // It is tried again at the next look, whatever stands then: nobody knows what came of it.
      this.#saved = undefined;
      if (!this.#isUnsaved) logger.warn('the trading halts cannot be saved', { cause: String(error) });
      this.#isUnsaved = true;
    }
  }
}

/** @returns undefined where the feed does not carry price bands */
export function haltsOf(
  { market, passedOn: { followed, own } }: { readonly market: Market; readonly passedOn: PassedOnConfig },
  options: Omit<HaltsOptions, 'kind'>,
): Halts | undefined {
  const kind = channelTable.luld[market]?.kind;
  if (kind === undefined) return undefined;
  const isCarried = followed.some(row => row.kind === kind) || own?.byKind.has(kind);
  return isCarried ? new Halts({ ...options, kind }) : undefined;
}
