/** How keys of Redis are called. */
import type { Market } from '../../markets/names.ts';

/** What the keys of a market begin with. */
export const keyPrefixes: Readonly<Record<Market, string>> = {
  stocks: 'stock',
  options: 'option',
  futures: 'future',
  crypto: 'crypto',
  forex: 'forex',
  indices: 'index',
};
