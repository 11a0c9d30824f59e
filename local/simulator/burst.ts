/** What goes out after one minute, and how it spreads over the seconds that follow. */
import type { Calendar } from '../../runtime/markets/calendar.ts';
import type { Market } from '../../runtime/markets/market.ts';
import type { Clock } from '../../runtime/platform/clock.ts';
import { partsOf } from '../../runtime/platform/in-parallel.ts';
import { channelTable } from '../../runtime/vendor/channels/table.ts';
import { encodeBar } from './events.ts';
import { otherEvents } from './other-events.ts';
import { steadyBeat } from './rhythm.ts';
import type { BarEvent } from './session.ts';
import type { FeedSocket } from './socket.ts';
import type { Source, VendorMinute } from './source.ts';
import { minuteOf } from './tape.ts';
import { DayTotals } from './totals.ts';
import { characterOf } from './universe.ts';

/** A burst comes in so many parts, so many event ms apart: the last bars leave about 3 s after the first. */
const PARTS = 4;
const BETWEEN_PARTS = 800;
/** When the clock runs so fast that parts would be closer than this in wall ms, they leave together. */
const CLOSEST = 5;

/** Markets whose bars carry the day so far. */
const COUNTED: ReadonlySet<Market> = new Set(['stocks', 'options']);

export interface BurstOptions {
  readonly clock: Clock;
  readonly market: Market;
  readonly calendar: Calendar;
  readonly source: Source;
  readonly socket: FeedSocket;
  /** Whether symbols that the source does not have trade in every open minute. */
  readonly synthetic: boolean;
  readonly signal: AbortSignal;
}

export class Bursts {
  readonly #options: BurstOptions;
  readonly #totals: DayTotals;

  constructor(options: BurstOptions) {
    this.#options = options;
    this.#totals = new DayTotals(options.source, options.calendar);
  }

  /** Whether anybody has subscribed to a symbol that must be made up. */
  hasSynthetic(): boolean {
    return this.#unknownSymbols().length > 0;
  }

  /**
   * Sends the burst of a minute, whose first bars are due at `due` (epoch ms); what is late goes at once, and all of it where
   * event time stands still. @throws the signal's reason
   */
  async send(minute: number, due: number, atOnce = false): Promise<void> {
    const { clock, market, source, socket, signal } = this.#options;
    const events: BarEvent[] = [];
    const early: BarEvent[] = [];
    const { kind } = channelTable.minutes[market];
    const kinds = new Set([...socket.sessions].flatMap(({ subscriptions }) => subscriptions.kinds));
    let count = 0;
    for (const bar of [...source.burst(minute), ...this.#syntheticBars(minute)]) {
      const day = COUNTED.has(market) && source.has(bar.symbol) ? this.#totals.count(bar, minute) : undefined;
      if (socket.faults.skips(bar)) continue;
      const json = (content: VendorMinute) => ({
        kind,
        symbol: bar.symbol,
        json: encodeBar(market, content, day),
      });
      const before = socket.faults.contents === 'one' || ++count % 3 > 0 ? [] : formerContents(bar);
      (socket.faults.contents === 'several in two frames' ? early : events).push(...before.map(json));
      events.push(json(bar));
      // A minute that is sent again brings nothing else with it.
      if (bar.start === minute) events.push(...otherEvents(market, bar, kinds, day));
    }
    socket.send(early);
    const parts = this.#partsOf(events);
    for (const [n, part] of parts.entries()) {
      if (n > 0) {
        socket.faults.betweenParts();
        if (!atOnce && clock.perWall(CLOSEST) < BETWEEN_PARTS)
          await clock.until(due + n * BETWEEN_PARTS, signal);
      }
      socket.send(part);
    }
    if (parts.length === 1) socket.faults.betweenParts();
  }

  #partsOf(events: readonly BarEvent[]): (readonly BarEvent[])[] {
    if (this.#options.socket.faults.framing === 'one-frame') return events.length > 0 ? [events] : [];
    return partsOf(events, Math.max(1, Math.ceil(events.length / PARTS)));
  }

  #unknownSymbols(): string[] {
    const { source, socket, synthetic } = this.#options;
    if (!synthetic) return [];
    const named = [...socket.sessions].flatMap(({ subscriptions }) => subscriptions.named);
    return [...new Set(named)].filter(symbol => !source.has(symbol));
  }

  #syntheticBars(minute: number): VendorMinute[] {
    const { calendar, market } = this.#options;
    if (!calendar.isOpen(minute)) return [];
    return this.#unknownSymbols().flatMap(symbol => {
      const character = characterOf(symbol, market, { seed: 0, rank: 0, count: 1, quietest: ALWAYS });
      return minuteOf(character, minute, steadyBeat(minute)) ?? [];
    });
  }
}

/** So many trades a minute that none passes without one. */
const ALWAYS = 50;

/** What a bar said before it said this, by turns two other things, or the same, another and so the same again in the end. */
function formerContents(bar: VendorMinute): VendorMinute[] {
  const other = (volume: number): VendorMinute => ({ ...bar, volume: `${Number(bar.volume) + volume}` });
  return bar.symbol.length % 2 === 0 ? [other(1), other(2)] : [bar, other(1)];
}
