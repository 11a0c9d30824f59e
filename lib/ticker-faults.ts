/** What makes a list of tickers unusable. */
import { SYMBOL } from '../runtime/bars/names.ts';
import { fault, isText, repeatFaults } from './fault.ts';

const TICKERS = 'tickers of 1 to 64 printable ASCII characters without spaces, commas and asterisks';

/** @param most how many characters the list may take when it is joined by commas, and who says so */
export function* tickerFaults(
  path: string,
  tickers: readonly string[],
  most: { readonly characters: number; readonly use: string },
): Generator<string> {
  // The list travels in one variable, joined by commas, in which an asterisk stands for everything.
  for (const ticker of tickers)
    if (!isText(ticker, SYMBOL) || /[,*]/.test(ticker)) yield fault(path, ticker, TICKERS);
  yield* repeatFaults(path, tickers);
  const { length } = tickers.join(',');
  if (length > most.characters)
    yield `${path} takes ${length} characters: use at most ${most.characters}, ${most.use}`;
}
