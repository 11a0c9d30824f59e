/** Minutes of many symbols, held to a plain set. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MinuteSet } from '../../../local/console/minute-set.ts';

const DAY = 86_400_000;
const MINUTE = 60_000;

test('a set of minutes has what was added to it and nothing else, and counts each once', () => {
  const symbol = fc.constantFrom('AAPL', 'TpC', 'BTC-USD');
  const near = fc.integer({ min: -3, max: 3 }).map(n => n * MINUTE);
  const start = fc
    .tuple(fc.constantFrom(20_000 * DAY, 20_001 * DAY, 32_000 * DAY), near)
    .map(([a, b]) => a + b);
  fc.assert(
    fc.property(fc.array(fc.tuple(symbol, start)), fc.array(fc.tuple(symbol, start)), (added, asked) => {
      const set = new MinuteSet();
      const known = new Set<string>();
      for (const [of, at] of added) {
        expect(set.add(of, at)).toBe(!known.has(`${of}@${at}`));
        known.add(`${of}@${at}`);
      }
      expect(set.size).toBe(known.size);
      for (const [of, at] of asked) expect(set.has(of, at)).toBe(known.has(`${of}@${at}`));
    }),
  );
});
