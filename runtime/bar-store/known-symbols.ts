/** What this worker knows of the registry of symbols, so that a bar costs no look at it: but the first of a symbol and of a day. */
import type { LongerBar } from '../../kit/index.ts';
import { inParallel, partsOf } from '../platform/in-parallel.ts';
import type { DaysKept } from '../tables/bars/bar-item.ts';
import { DAY, type KnownSymbol, type SymbolRegistry } from '../tables/bars/symbol-registry.ts';
import type { Persistence } from './persistence.ts';

export interface KnownSymbolsProps {
  readonly registry: Pick<SymbolRegistry, 'read' | 'widen'>;
  readonly days: DaysKept;
  /** Epoch ms. */
  readonly wallClock: () => number;
}

/** Keys of one look. */
const LOOK = 100;
const AT_ONCE = 8;

export class KnownSymbols {
  readonly #props: KnownSymbolsProps;
  readonly #known = new Map<string, KnownSymbol>();

  constructor(props: KnownSymbolsProps) {
    this.#props = props;
  }

  /**
   * Lets the registry know the bars' symbols and days. What this worker does not know is read first, which costs a tenth of a
   * write: most often another worker was there.
   */
  async note(bars: readonly LongerBar[], persistence: Persistence, signal: AbortSignal): Promise<void> {
    const seen = [...seenIn(bars).values()];
    const unknown = seen.filter(each => !this.#covers(each)).map(({ symbol }) => symbol);
    if (unknown.length === 0) return;
    await this.#read(unknown, persistence, signal);
    const news = seen.filter(each => !this.#covers(each));
    await inParallel(news, AT_ONCE, signal, each => this.#widen(each, persistence, signal));
  }

  #covers({ symbol, firstDay, lastDay }: KnownSymbol): boolean {
    const known = this.#known.get(symbol);
    return known !== undefined && known.firstDay <= firstDay && known.lastDay >= lastDay;
  }

  async #read(symbols: readonly string[], persistence: Persistence, signal: AbortSignal): Promise<void> {
    await inParallel(partsOf(symbols, LOOK), AT_ONCE, signal, async look => {
      let rest = look;
      for (let failures = 0; rest.length > 0; failures++) {
        if (failures > 0) await persistence.pause(failures, signal);
        const { known, unread } = await persistence.until(
          () => this.#props.registry.read(rest, signal),
          signal,
        );
        for (const each of known) this.#known.set(each.symbol, each);
        rest = [...unread];
      }
    });
  }

  async #widen(seen: KnownSymbol, persistence: Persistence, signal: AbortSignal): Promise<void> {
    const { registry, days, wallClock } = this.#props;
    const known = this.#known.get(seen.symbol);
    const longest = Math.max(...Object.values(days)) * DAY;
    const expires = Math.floor((wallClock() + longest) / 1_000);
    await persistence.until(() => registry.widen(seen, known, expires, signal), signal);
    this.#known.set(seen.symbol, {
      symbol: seen.symbol,
      firstDay: Math.min(seen.firstDay, known?.firstDay ?? seen.firstDay),
      lastDay: Math.max(seen.lastDay, known?.lastDay ?? seen.lastDay),
    });
  }
}

/** The first and the last day of each symbol. */
function seenIn(bars: readonly LongerBar[]): Map<string, KnownSymbol> {
  const seen = new Map<string, KnownSymbol>();
  for (const { symbol, start } of bars) {
    const day = Math.floor(start / DAY) * DAY;
    const { firstDay, lastDay } = seen.get(symbol) ?? { firstDay: day, lastDay: day };
    seen.set(symbol, { symbol, firstDay: Math.min(firstDay, day), lastDay: Math.max(lastDay, day) });
  }
  return seen;
}
