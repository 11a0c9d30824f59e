/** Takes minute bars in, from the socket and from the history: what is new goes to the sink, and what each proves is told. */
import { createHash } from 'node:crypto';
import { MINUTE } from '../../../markets/timeframe.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { ClockCheck } from '../../../platform/clock-check.ts';
import { Rate } from '../../../platform/rate.ts';
import type { MinuteBar } from '../../../records/bar.ts';
import type { Bars, RefusedBar } from '../../../vendor/feed-events.ts';
import type { HistoryAnswer } from '../../../vendor/history.ts';
import type { Numbering } from '../../../vendor/needs.ts';
import type { SessionBook } from '../../sessions/session-book.ts';
import type { QuarantineWriter } from '../../sinks/quarantine-writer.ts';
import type { Sink } from '../../sinks/sink.ts';
import type { ShownSymbols } from '../../symbols/shown-symbols.ts';
import type { Subscription } from '../../symbols/subscription.ts';
import type { Observation } from './observation.ts';
import { PublishedMinutes } from './published-minutes.ts';
import type { Liquidity } from './rest-progress.ts';
import type { SuspectQueue, Suspects } from './suspects.ts';

export interface IntakeOptions {
  readonly clock: Clock;
  /** How much later than real time the feed sends, in ms. */
  readonly delay: number;
  readonly clockCheck: Pick<ClockCheck, 'ended'>;
  readonly subscription: Subscription;
  readonly observation: Observation;
  readonly liquidity: Liquidity;
  readonly suspects: Suspects;
  readonly queue: Pick<SuspectQueue, 'add'>;
  readonly shown: ShownSymbols;
  readonly versions: Numbering;
  readonly sink: Sink<MinuteBar>;
  readonly quarantine: Pick<QuarantineWriter, 'add'>;
  readonly sessions: Pick<SessionBook, 'at' | 'quarantined'>;
}

export class Intake {
  /** Re-sends that said nothing new, and bars published from the history, since the start. */
  readonly counts = { repeated: 0, backfilled: 0 };
  /** How often the vendor sends frames with bars, and how many bars are in them. */
  readonly rates: { readonly frames: Rate; readonly bars: Rate };
  readonly #options: IntakeOptions;
  readonly #published = new PublishedMinutes();
  readonly #refusedRows = new RefusedRows();

  constructor(options: IntakeOptions) {
    this.#options = options;
    const now = () => options.clock.now();
    this.rates = { frames: new Rate(now), bars: new Rate(now) };
  }

  /** What another holder of the lease published meanwhile is not known here. */
  forget(): void {
    this.#published.forget();
    this.#options.suspects.forget();
    this.#options.shown.forget();
  }

  /** Publishes what a frame shows. */
  live({ bars, refused, observed }: Bars): void {
    const { clock, delay, clockCheck, observation, versions, queue, sessions } = this.#options;
    const { subscription, shown, liquidity, suspects } = this.#options;
    const isAll = subscription.symbols === '*';
    const now = clock.now();
    this.rates.frames.count();
    this.rates.bars.count(refused.reduce((sum, { count = 1 }) => sum + count, bars.length));
    if (observed !== undefined) {
      observation.data(observed, now);
      clockCheck.ended(observed + MINUTE + delay, now);
    }
    let version = bars[0]?.version ?? 0;
    for (const bar of bars) {
      const session = sessions.at(bar.start);
      session.received++;
      if (isAll) shown.note(bar.symbol, bar.start);
      // All of a frame have one version, until a minute comes in it once more.
      if (this.#published.lastVersionOf(bar) >= version) version = versions.next();
      if (!this.#publishNew(version === bar.version ? bar : { ...bar, version }, observation.arrived)) {
        this.counts.repeated++;
        session.repeated++;
        continue;
      }
      liquidity.note(bar);
      if (suspects.note(bar)) queue.add(bar.symbol);
    }
    for (const bar of refused) this.#refuse(bar, now);
  }

  /**
   * Publishes what the vendor's history tells and was not published before.
   * @param reached the minute (its start) that the history had come to: it knows nothing of what was re-sent later
   */
  history({ bars, refused }: HistoryAnswer, reached: number): void {
    const { clock, suspects, sessions } = this.#options;
    for (const bar of bars) {
      if (this.#published.isHeardAfter(bar, reached) || !this.#publishNew(bar)) continue;
      this.counts.backfilled++;
      sessions.at(bar.start).backfilled++;
      suspects.backfilled(bar);
    }
    for (const bar of refused) if (this.#refusedRows.isNew(bar)) this.#refuse(bar, clock.now());
  }

  /** @returns false when the bar says nothing new */
  #publishNew(bar: MinuteBar, heardAt?: number): boolean {
    if (this.#published.isKnown(bar)) return false;
    const { sink, sessions } = this.#options;
    if (this.#published.knows(bar)) sessions.at(bar.start).corrected++;
    if (sink.accept(bar)) this.#published.remember(bar, heardAt);
    return true;
  }

  #refuse(bar: RefusedBar, at: number): void {
    const { quarantine, sessions } = this.#options;
    quarantine.add(bar, at);
    sessions.quarantined(bar.count ?? 1);
  }
}

/** More than this are not told apart: a vendor of nothing but nonsense must not fill the memory. */
const REMEMBERED = 10_000;

/** Remembers which rows of the history were refused: minutes are asked for again and again, and each row is refused once. */
class RefusedRows {
  readonly #known = new Set<string>();

  /** Whether the row was not refused before; from now on it was. */
  isNew({ where, raw }: RefusedBar): boolean {
    const digest = createHash('sha256').update(where).update('\n').update(raw).digest('base64');
    if (this.#known.has(digest)) return false;
    this.#known.add(digest);
    const [oldest] = this.#known;
    if (this.#known.size > REMEMBERED && oldest !== undefined) this.#known.delete(oldest);
    return true;
  }
}
