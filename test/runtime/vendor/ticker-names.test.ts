/** How tickers are spelt here and there, and which cannot be of a market. */
import { describe, expect, test } from '@jest/globals';
import {
  betterSymbol,
  isNamedOtherwise,
  restTicker,
  symbolOf,
} from '../../../runtime/vendor/ticker-names.ts';

describe('the feed’s symbol', () => {
  test.each([
    ['crypto', 'X:BTC-USD', 'BTC-USD'],
    ['crypto', 'X:BTCUSD', 'BTC-USD'],
    ['crypto', 'X:1INCHUSDT', '1INCH-USDT'],
    ['crypto', 'BTC-USD', 'BTC-USD'],
    ['crypto', 'ADAUSDT', 'ADAUSDT'],
    ['crypto', 'X:BTC', 'BTC'],
    ['stocks', 'C:EUR-USD', 'EUR-USD'],
    ['stocks', 'C:EURUSD', 'EUR-USD'],
    ['stocks', 'I:SPX', 'SPX'],
    ['stocks', 'BRK.B', 'BRK.B'],
    ['stocks', 'O:SPY251219C00650000', 'O:SPY251219C00650000'],
    ['options', 'O:SPY251219C00650000', 'O:SPY251219C00650000'],
    ['indices', 'I:SPX', 'I:SPX'],
    ['forex', 'C:EURUSD', 'EUR/USD'],
    ['forex', 'C:EUR-USD', 'EUR/USD'],
    ['forex', 'EUR/USD', 'EUR/USD'],
    ['futures', 'ESZ5', 'ESZ5'],
    ['futures', 'C:BF H6-K6-N6', 'C:BF H6-K6-N6'],
  ] as const)('in a feed of %s of %s is %s', (market, ticker, symbol) => {
    expect(symbolOf(market, ticker)).toBe(symbol);
  });

  test('is cut where the priced currency is known to end', () => {
    expect(symbolOf('crypto', 'X:BTCUSDT', 'BTC')).toBe('BTC-USDT');
    expect(symbolOf('crypto', 'X:BTCMATIC', 'BTC')).toBe('BTC-MATIC');
  });
});

test.each([
  ['crypto', 'BTC-USD', 'X:BTCUSD'],
  ['crypto', 'ADAUSDT', 'ADAUSDT'],
  ['stocks', 'BRK.B', 'BRK.B'],
  ['options', 'O:SPY251219C00650000', 'O:SPY251219C00650000'],
  ['forex', 'EUR/USD', 'C:EURUSD'],
  ['indices', 'I:SPX', 'I:SPX'],
] as const)('REST of %s spells %s %s, and back', (market, symbol, ticker) => {
  expect(restTicker(market, symbol)).toBe(ticker);
  expect(symbolOf(market, ticker)).toBe(symbol);
});

describe('what can be no ticker of a market', () => {
  test.each([
    ['crypto', 'BTCUSD', "'BTC-USD', as the feed of crypto spells it"],
    ['crypto', 'BTC/USD', "'BTC-USD', as the feed of crypto spells it"],
    ['crypto', 'btc-usd', "'BTC-USD', as the feed of crypto spells it"],
    ['crypto', 'XA.BTC-USD', "'BTC-USD', as the feed of crypto spells it"],
    ['crypto', 'BTC-BTC', "tickers of crypto such as 'BTC-USD'"],
    ['crypto', 'BTC-', "tickers of crypto such as 'BTC-USD'"],
    ['stocks', 'AM.AAPL', "'AAPL', as the feed of stocks spells it"],
    ['stocks', 'T.AAPL', "'AAPL', as the feed of stocks spells it"],
    ['stocks', 'aapl', "'AAPL', as the feed of stocks spells it"],
    ['stocks', 'BRK-B', "'BRK.B', as the feed of stocks spells it"],
    ['stocks', 'BTC-USD', "tickers of stocks such as 'AAPL' or 'BRK.B'"],
    ['stocks', 'AAPL MSFT', "tickers of stocks such as 'AAPL' or 'BRK.B'"],
    ['options', 'SPY251219C00650000', "'O:SPY251219C00650000', as the feed of options spells it"],
    ['options', 'SPY', "tickers of options such as 'O:SPY251219C00650000'"],
    ['forex', 'EURUSD', "'EUR/USD', as the feed of forex spells it"],
    ['forex', 'eur-usd', "'EUR/USD', as the feed of forex spells it"],
    ['forex', 'C.EUR/USD', "'EUR/USD', as the feed of forex spells it"],
    ['forex', 'EUR/EUR', "tickers of forex such as 'EUR/USD'"],
    ['indices', 'SPX', "'I:SPX', as the feed of indices spells it"],
    ['indices', 'V.I:SPX', "'I:SPX', as the feed of indices spells it"],
    ['futures', 'ES', "tickers of futures such as 'ESZ5'"],
    ['futures', 'AM.ESZ5', "'ESZ5', as the feed of futures spells it"],
  ] as const)('in a feed of %s: %s, for which one is to use %s', (market, symbol, better) => {
    expect(betterSymbol(market, symbol)).toBe(better);
  });

  test.each([
    ['stocks', ['AAPL', 'BRK.B', 'TpC', 'BACpL', 'T.WS', 'A.U', 'AM', 'ZVZZT', 'NTEST.A']],
    ['crypto', ['BTC-USD', '1INCH-USDT', 'BTC-EUR']],
    ['options', ['O:SPY251219C00650000', 'O:BRKB251219P00500000', 'O:SPXW251219C06650000']],
    ['forex', ['EUR/USD', 'USD/JPY', 'XAU/USD']],
    ['indices', ['I:SPX', 'I:VIX', 'I:VIX9D', 'I:COMP']],
    ['futures', ['ESZ5', '6EH6', 'CLK20', 'ESZ5-ESH6', 'ZC:C1']],
  ] as const)('is none of the real ones of %s', (market, symbols) => {
    expect(symbols.filter(symbol => betterSymbol(market, symbol) !== undefined)).toEqual([]);
  });
});

test('a name that people can read and no symbol can have is named otherwise, and nothing else is', () => {
  expect(['ZC:BF H6-K6-N6', 'Ä', 'A,B', '*'].filter(name => !isNamedOtherwise(name))).toEqual([]);
  const others = ['AAPL', '', 'A\u001b[2J', 'A\u202eB', 'A\nB', 'A '.repeat(40), undefined, 5];
  expect(others.filter(isNamedOtherwise)).toEqual([]);
});
