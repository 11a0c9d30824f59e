/** Vendors for tests: a clock that stands still until the test moves it, and everything closed in the end. */
import { FlatRows } from '../../../local/flat-files/flat-rows.ts';
import { SimulatedMarket } from '../../../local/simulator/market.ts';
import { Replay } from '../../../local/simulator/replay.ts';
import type { Source } from '../../../local/simulator/source.ts';
import { Vendor, type VendorOptions } from '../../../local/simulator/vendor.ts';
import { EventClock } from '../../../runtime/platform/clock.ts';
import { Client } from './client.ts';

export const MINUTE = 60_000;
/** Thursday, 20 November 2025, 09:30 New York: the regular session opens. */
export const OPEN = Date.parse('2025-11-20T14:30:00Z');

export const utc = (text: string): number => Date.parse(text);

/** A file's rows in shorthand: `[symbol, start, price, volume]`; a repeated symbol and minute is a re-send. */
export function replayOf(...rows: [symbol: string, start: number, price: number, volume: string][]): Replay {
  const prices = (price: number) => ({ open: price, high: price + 1, low: price - 1, close: price });
  return new Replay(
    FlatRows.of(rows.map(([symbol, start, price, volume]) => ({ symbol, start, ...prices(price), volume }))),
  );
}

/** Everybody trades in every minute; 20 liquid symbols. */
export const busyMarket = (): Source => new SimulatedMarket({ market: 'stocks', symbols: 20, quietest: 50 });

export class Fixture {
  readonly #closing: (() => Promise<void>)[] = [];

  async vendor(
    options: Partial<VendorOptions> & { now?: number } = {},
  ): Promise<{ vendor: Vendor; clock: EventClock }> {
    const clock = new EventClock({ now: options.now ?? OPEN, speed: 0 });
    const vendor = await Vendor.start({ market: 'stocks', source: busyMarket(), clock, ...options });
    this.#closing.push(() => vendor.close());
    return { vendor, clock };
  }

  client(url: string): Client {
    return new Client(url);
  }

  async close(): Promise<void> {
    for (const close of this.#closing.splice(0)) await close();
  }
}
