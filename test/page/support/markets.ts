/** The markets of the page's tests: a Thursday in New York, early in the afternoon, and coins that never rest. */
import { symbolNames } from '../../../local/simulator/universe.ts';
import { ScriptedMarket } from './scripted-market.ts';

/** Names that a page must survive, and that the vendor could send. */
export const HOSTILE = {
  markup: "<img/src=x/onerror=document.title='taken'>",
  inherited: '__proto__',
  option: 'O:SPY251219C00650000',
  quoted: `"'&amp;`,
} as const;

export const NOON = Date.parse('2025-11-20T18:46:05Z');
const BEGIN = Date.parse('2025-11-17T09:00:00Z');

export function stocks(now = NOON): ScriptedMarket {
  const symbols = [...symbolNames('stocks', 30), ...Object.values(HOSTILE)];
  return new ScriptedMarket({ feed: 'stocks', market: 'stocks', symbols, begin: BEGIN, now });
}

export function coins(now = NOON): ScriptedMarket {
  const symbols = ['BTC-USD', 'ETH-USD', 'EUR/USD', 'DOGE-USD'];
  return new ScriptedMarket({ feed: 'coins', market: 'crypto', symbols, begin: BEGIN, now });
}
