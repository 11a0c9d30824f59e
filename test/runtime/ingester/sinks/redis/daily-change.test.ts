/** Changes of prices as people write them. */
import { expect, test } from '@jest/globals';
import { dailyChange } from '../../../../../runtime/ingester/sinks/redis/daily-change.ts';

test.each([
  [189.22, 188.1, 1.12, 0.5954],
  [188.1, 189.22, -1.12, -0.5919],
  [100_000.01, 100_000, 0.01, 0],
  [0.3, 0.1, 0.2, 200],
  [1.2e-7, 1e-7, 2e-8, 20],
  [5, 0, 5, null],
  [5, null, null, null],
])('of %s, after %s, it is %s, %s percent', (price, prevClose, change, percent) => {
  expect(dailyChange(price, prevClose)).toEqual({ dailyChange: change, dailyChangePct: percent });
});
