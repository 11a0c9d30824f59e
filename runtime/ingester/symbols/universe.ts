/** Which symbols a subscription means: its list, or everything that the market trades, listed by the vendor or only shown by the feed. */
import type { Logger } from '../../platform/logger.ts';
import type { History } from '../../vendor/history.ts';
import type { ShownSymbols } from './shown-symbols.ts';
import type { Subscription } from './subscription.ts';

export interface UniverseOptions {
  readonly subscription: Pick<Subscription, 'symbols'>;
  readonly history: Pick<History, 'symbols'>;
  readonly shown: Pick<ShownSymbols, 'symbols'>;
  readonly logger: Logger;
}

export class Universe {
  readonly #options: UniverseOptions;

  constructor(options: UniverseOptions) {
    this.#options = options;
  }

  /** The symbols; undefined when the vendor does not tell. @throws the signal's reason */
  async symbols(signal: AbortSignal): Promise<readonly string[] | undefined> {
    const { symbols } = this.#options.subscription;
    return symbols === '*' ? this.all(signal) : symbols;
  }

  /** Everything that the market trades, and whatever the feed has ever shown; undefined when the vendor does not tell. @throws the signal's reason */
  async all(signal: AbortSignal): Promise<readonly string[] | undefined> {
    const { history, shown, logger } = this.#options;
    try {
      const symbols = await history.symbols(signal);
      if (symbols.length > 0) return [...new Set([...symbols, ...(await shown.symbols(signal))])];
      logger.warn('the vendor names no symbol of the market');
      return undefined;
    } catch (error) {
      signal.throwIfAborted();
      logger.warn('the symbols of the market could not be had', { cause: String(error) });
      return undefined;
    }
  }
}
