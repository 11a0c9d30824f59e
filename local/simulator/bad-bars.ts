/** Bars that cannot be, as no vendor should send them: their high is below their low. */
import { MINUTE, minuteOf } from '../../runtime/markets/timeframe.ts';
import { channelTable } from '../../runtime/vendor/channels/table.ts';
import type { Stage } from './rehearsal.ts';

/** Sends so many of the last minute in one frame, each with another volume. */
export function badBars(count: number): (stage: Stage) => void {
  return ({ vendor, market, clock }) => {
    const s = minuteOf(clock.now()) - MINUTE;
    const [symbol] = market.symbols;
    const row = channelTable.minutes[vendor.market];
    const bar = { ev: row.kind, [row.symbol]: symbol, o: 2, h: 1, l: 2, c: 2, s, e: s + MINUTE };
    vendor.faults.send(Array.from({ length: count }, (_, n) => JSON.stringify({ ...bar, v: n + 1 })));
  };
}
