/** Keeps the subscription to a list that somebody else keeps, if there is one. */
import type { Market } from '../../markets/names.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Time } from '../../platform/time.ts';
import type { Resubscription } from './resubscription.ts';
import { SymbolWatch } from './symbol-watch.ts';

export interface FollowerOptions {
  /** Reads the list. @default there is none to follow */
  readonly readSymbols?: ((signal: AbortSignal) => Promise<string>) | undefined;
  /** Resolves when there may be another list. @default it is read now and then */
  readonly symbolsChanged?: ((signal: AbortSignal) => Promise<void>) | undefined;
  readonly time: Time;
  /** The most symbols that the plan allows. */
  readonly limit: number;
  readonly market: Market;
  /** What is left out of the configured list. @default nothing */
  readonly shortage?: string | undefined;
  readonly resubscription: Pick<Resubscription, 'want' | 'settled'>;
  readonly logger: Logger;
}

export interface Follower {
  /** Why the list is not, or not wholly, in use; undefined when it is. */
  readonly problem: string | undefined;
  /** Takes up the list as it is before the feed runs. */
  begin(signal: AbortSignal): Promise<void>;
  /** Takes up changes until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

export function followSymbols(options: FollowerOptions): Follower {
  const {
    readSymbols,
    symbolsChanged: changed,
    time,
    limit,
    market,
    shortage,
    resubscription,
    logger,
  } = options;
  if (!readSymbols) {
    if (shortage !== undefined) logger.error(shortage);
    return { problem: shortage, begin: () => Promise.resolve(), run: () => resubscription.settled() };
  }
  const watch = new SymbolWatch({
    read: readSymbols,
    changed,
    limit,
    market,
    logger,
    time,
    onChange: symbols => {
      logger.info('subscriptions_updated', { count: symbols === '*' ? 'all' : symbols.length });
      void resubscription.want(symbols);
    },
  });
  return {
    get problem() {
      return watch.problem;
    },
    begin: signal => watch.look(signal),
    run: async signal => {
      await watch.run(signal);
      await resubscription.settled();
    },
  };
}
