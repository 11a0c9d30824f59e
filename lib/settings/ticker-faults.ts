/** What makes a list of tickers unusable. */
import { type Market, markets, SYMBOL } from '../../runtime/markets/names.ts';
import { betterSymbol, symbolOf } from '../../runtime/vendor/ticker-names.ts';
import { fault, isText, repeatFaults } from './fault.ts';

const TICKERS = 'tickers of 1 to 64 printable ASCII characters without spaces, commas and asterisks';

/** @param most how many characters the list may take when it is joined by commas. @param says who says so */
export function* tickerFaults(
  path: string,
  market: Market,
  tickers: readonly string[],
  most: number,
  says: string,
): Generator<string> {
  // The list travels in one variable, joined by commas, in which an asterisk stands for everything.
  for (const ticker of tickers) {
    const isTicker = isText(ticker, SYMBOL) && !/[,*]/.test(ticker);
    const use =
      isTicker && markets.includes(market) ? betterSymbol(market, symbolOf(market, ticker)) : undefined;
    if (!isTicker) yield fault(path, ticker, TICKERS);
    else if (use !== undefined) yield fault(path, ticker, use);
  }
  const symbols = tickers.map(ticker => symbolOf(market, ticker));
  yield* repeatFaults(path, symbols);
  const { length } = symbols.join(',');
  if (length > most) yield `${path} takes ${length} characters: use at most ${most}, ${says}`;
}
