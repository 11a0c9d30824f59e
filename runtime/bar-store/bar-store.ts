/** Writes bars where they are newer than what is stored, many at a time, and waits where the table has no room. */
import { type Bar, highestVersions, type LongerBar } from '../../kit/index.ts';
import { inParallel } from '../platform/in-parallel.ts';
import type { DaysKept } from '../tables/bars/bar-item.ts';
import type { BarTable } from '../tables/bars/bar-table.ts';
import type { SymbolRegistry } from '../tables/bars/symbol-registry.ts';
import { KnownSymbols } from './known-symbols.ts';
import { Persistence } from './persistence.ts';

export interface BarStoreProps {
  readonly table: Pick<BarTable, 'put'>;
  readonly registry: Pick<SymbolRegistry, 'read' | 'widen'>;
  /** For how long bars are kept, by timeframe. */
  readonly days: DaysKept;
  /** Epoch ms. */
  readonly wallClock: () => number;
  /** How the wait grows where the table has no room. @default that of every call to AWS */
  readonly persistence?: Persistence;
}

/** What one batch came to. */
export interface StoreCounts {
  /** Bars written. */
  readonly stored: number;
  /** Bars in whose place stood one as new or newer. */
  readonly superseded: number;
  /** Requests that were made again because the table had no room. */
  readonly throttled: number;
}

/** As many requests as connections are kept. */
const AT_ONCE = 32;

export class BarStore {
  readonly #props: BarStoreProps;
  readonly #symbols: KnownSymbols;

  constructor(props: BarStoreProps) {
    this.#props = props;
    this.#symbols = new KnownSymbols(props);
  }

  /** @throws when the table has not taken everything before the signal aborts; the same bars must then come again */
  async write(bars: readonly Bar[], signal: AbortSignal): Promise<StoreCounts> {
    const { table, days, wallClock, persistence = new Persistence() } = this.#props;
    const newest = highestVersions(bars).filter(isLonger);
    const throttledBefore = persistence.throttled;
    let stored = 0;
    await inParallel(newest, AT_ONCE, signal, async bar => {
      const isStored = await persistence.until(() => table.put(bar, days, wallClock(), signal), signal);
      if (isStored) stored++;
    });
    // Afterwards: what is listed has bars. All that came are looked at, for an earlier attempt may have ended before this.
    await this.#symbols.note(newest, persistence, signal);
    return {
      stored,
      superseded: newest.length - stored,
      throttled: persistence.throttled - throttledBefore,
    };
  }
}

/** The stream of bars carries no other. */
function isLonger(bar: Bar): bar is LongerBar {
  return bar.timeframe !== '1m';
}
