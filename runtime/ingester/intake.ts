/** Takes minute bars in, from the socket and from the history: what is new goes to the stream, and what each proves is told. */

import { MINUTE } from '../markets/timeframe.ts';
import type { Clock } from '../platform/clock.ts';
import type { ClockCheck } from '../platform/clock-check.ts';
import type { MinuteBar } from '../records/bar.ts';
import type { Bars } from '../vendor/feed-events.ts';
import type { HistoryAnswer } from '../vendor/history.ts';
import type { Investigation } from './channels/minutes/investigation.ts';
import type { Liquidity } from './channels/minutes/liquidity.ts';
import type { Observation } from './channels/minutes/observation.ts';
import { Resends } from './channels/minutes/published-minutes.ts';
import { RefusedRows } from './channels/minutes/refused-rows.ts';
import type { Suspects } from './channels/minutes/suspects.ts';
import type { Versions } from './lease/versions.ts';
import type { MinutesStream } from './sinks/minutes-stream/minutes-stream.ts';
import type { Refusals } from './sinks/quarantine-writer.ts';
import type { Counts, Rates } from './status/status.ts';
import type { ShownSymbols } from './symbols/shown-symbols.ts';
import type { Subscription } from './symbols/subscription.ts';

export interface IntakeOptions {
  readonly clock: Clock;
  readonly clockCheck: Pick<ClockCheck, 'ended'>;
  /** How much later than real time the feed sends, in ms. */
  readonly delay: number;
  readonly subscription: Subscription;
  readonly observation: Observation;
  readonly liquidity: Liquidity;
  readonly suspects: Suspects;
  readonly investigation: Pick<Investigation, 'add'>;
  readonly shown: ShownSymbols;
  readonly versions: Versions;
  readonly stream: MinutesStream;
  readonly refusals: Refusals;
  readonly counts: Counts;
  readonly rates: Rates;
}

export class Intake {
  readonly #options: IntakeOptions;
  readonly #resends = new Resends();
  readonly #refusedRows = new RefusedRows();

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** What another holder of the lease published meanwhile is not known here. */
  forget(): void {
    this.#resends.forget();
    this.#options.suspects.forget();
    this.#options.shown.forget();
  }

  /** Publishes what a frame shows. */
  live({ bars, refused, observed }: Bars): void {
    const { clock, clockCheck, delay, observation, versions, refusals, counts, rates } = this.#options;
    const { subscription, shown, liquidity, suspects, investigation } = this.#options;
    const isAll = subscription.symbols === '*';
    const now = clock.now();
    rates.frames.count();
    rates.bars.count(refused.reduce((sum, { count = 1 }) => sum + count, bars.length));
    if (observed !== undefined) {
      observation.data(observed, now);
      clockCheck.ended(observed + MINUTE + delay, now);
    }
    let version = bars[0]?.version ?? 0;
    for (const bar of bars) {
      if (isAll) shown.note(bar.symbol, bar.start);
      // All of a frame have one version, until a minute comes in it once more.
      if (this.#resends.lastVersionOf(bar) >= version) version = versions.next();
      if (!this.#publishNew(version === bar.version ? bar : { ...bar, version }, observation.arrived)) {
        counts.repeated++;
        continue;
      }
      liquidity.note(bar);
      if (suspects.note(bar)) investigation.add(bar.symbol);
    }
    for (const bar of refused) refusals.add(bar, now);
  }

  /**
   * Publishes what the vendor's history tells and was not published before.
   * @param reached the minute (its start) that the history had come to: it knows nothing of what was re-sent later
   */
  history({ bars, refused }: HistoryAnswer, reached: number): void {
    const { clock, counts, refusals, suspects } = this.#options;
    for (const bar of bars) {
      if (this.#resends.isHeardAfter(bar, reached) || !this.#publishNew(bar)) continue;
      counts.backfilled++;
      suspects.backfilled(bar);
    }
    for (const bar of refused) if (this.#refusedRows.isNew(bar)) refusals.add(bar, clock.now());
  }

  /** @returns false when the bar says nothing new */
  #publishNew(bar: MinuteBar, heardAt?: number): boolean {
    if (this.#resends.isKnown(bar)) return false;
    if (this.#options.stream.bar(bar)) this.#resends.remember(bar, heardAt);
    return true;
  }
}
