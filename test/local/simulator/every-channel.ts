/** Every channel of a symbol of each market, and Barflow as one who receives them. */
import { SimulatedMarket } from '../../../local/simulator/market.ts';
import type { Vendor } from '../../../local/simulator/vendor.ts';
import type { EventClock } from '../../../runtime/platform/clock.ts';
import type { PassedEvent } from '../../../runtime/records/envelope.ts';
import { type PassedOnRow, passedOnRows } from '../../../runtime/vendor/channels/table.ts';
import { EventFeed } from '../../../runtime/vendor/socket/event-feed.ts';
import { MemoryLogger } from '../../runtime/ingester/support/log.ts';
import type { Fixture } from './fixture.ts';

/** By market: a symbol of its odd kind, and the kinds of events that there are. */
export const everyChannel = [
  ['stocks', 'BRK.B', ['AM', 'A', 'T', 'Q', 'FMV', 'LULD', 'NOI']],
  ['options', 'O:SPY251219C00650000', ['AM', 'A', 'T', 'Q', 'FMV']],
  ['futures', 'ESZ5', ['AM', 'A', 'T', 'Q']],
  ['crypto', 'BTC-USD', ['XA', 'XAS', 'XT', 'XQ', 'FMV', 'XL2']],
  ['forex', 'EUR/USD', ['CA', 'CAS', 'C', 'FMV']],
  ['indices', 'I:SPX', ['AM', 'A', 'V']],
] as const;

type Market = (typeof everyChannel)[number][0];

export interface Received {
  readonly vendor: Vendor;
  readonly clock: EventClock;
  /** What Barflow passes on of each kind, once the vendor has sent it. */
  readonly passed: () => Promise<readonly PassedEvent[]>;
}

/** A vendor of that market to which Barflow has subscribed; another may. */
export async function receiving(
  fixture: Fixture,
  market: Market,
  symbol: string,
  kinds: readonly string[],
): Promise<Received> {
  const source = new SimulatedMarket({ market, symbols: 20, quietest: 50 });
  const { vendor, clock } = await fixture.vendor({ market, source, maxConnections: 2 });
  const feed = new EventFeed({
    ...{ url: vendor.url, apiKey: 'key', market, clock, logger: new MemoryLogger() },
    asked: kinds.map(kind => ({ row: rowOfKind(market, kind), symbols: [symbol] })),
  });
  const stop = new AbortController();
  const events = feed.events(stop.signal);
  const { value: first } = await events.next();
  if (first?.type !== 'subscribed') throw new Error(`not subscribed, but ${first?.type}`);
  const passed = async () => {
    const found: PassedEvent[] = [];
    while (found.length < kinds.length) {
      const { value } = await events.next();
      if (value?.type !== 'events' || value.refused.length > 0)
        throw new Error(`no events, but ${JSON.stringify(value)}`);
      found.push(...value.events);
    }
    stop.abort();
    await events.next();
    return found;
  };
  return { vendor, clock, passed };
}

function rowOfKind(market: Market, kind: string): PassedOnRow {
  const row = passedOnRows[market].find(each => each.kind === kind);
  if (row === undefined) throw new Error(`${market} have no events of the kind ${kind}`);
  return row;
}
