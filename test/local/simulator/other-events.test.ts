/** What the simulated vendor sends besides minutes. */
import { expect, test } from '@jest/globals';
import { otherEvents } from '../../../local/simulator/other-events.ts';

test('a price band of an ordinary minute says neither a halt nor a resumption', () => {
  const start = Date.parse('2025-11-20T15:00:00Z');
  const prices = { open: 100, high: 101, low: 99, close: 100, vwap: 100 };
  const bar = { symbol: 'AAPL', start, ...prices, volume: '1000', trades: 9 };
  const bands = otherEvents('stocks', bar, new Set(['LULD'])).map(({ json }) => JSON.parse(json));
  expect(bands).toMatchObject([{ ev: 'LULD', T: 'AAPL', h: 106.05, l: 94.05, i: [] }]);
});
