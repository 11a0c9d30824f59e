/** Which of the records with one identity is kept. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { barText } from '../../kit/bar.ts';
import { barsIn, HighestVersions, highestVersions, identityOf } from '../../kit/highest.ts';
import { bar, START } from './support/bars.ts';

const some = fc.record({
  symbol: fc.constantFrom('AAPL', 'MSFT'),
  timeframe: fc.constantFrom('5m', '1h'),
  start: fc.constantFrom(START, START + 3_600_000),
  version: fc.integer({ min: 1, max: 4 }),
  final: fc.boolean(),
});

async function* later<T>(items: readonly T[]) {
  for (const item of items) yield item;
}

test('of each identity the highest version, and at equal versions the final one, whatever the order and the repeats', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(some.map(bar)), async bars => {
      const expected = new Map<string, number>();
      const rank = (version: number, final: boolean) => 2 * version + Number(final);
      for (const each of bars) {
        const key = identityOf(each);
        expected.set(key, Math.max(rank(each.version, each.final), expected.get(key) ?? 0));
      }
      const kept = highestVersions(bars);
      expect(new Map(kept.map(each => [identityOf(each), rank(each.version, each.final)]))).toEqual(expected);
      expect(kept).toHaveLength(expected.size);
      expect(await highestVersions(later(bars))).toEqual(kept);
    }),
  );
});

test('whoever follows a stream is told which bars are news', () => {
  const highest = new HighestVersions();
  const bars = [
    bar({ version: 2, final: false }),
    bar({ version: 2 }),
    bar({ version: 2 }),
    bar({ version: 1 }),
  ];
  expect(bars.map(each => highest.take(each))).toEqual([true, true, false, false]);
  expect(highest.bars).toEqual([bar({ version: 2 })]);
});

test('of a file as well, whose other records are passed over and whose bad lines are named', async () => {
  const watermark = '{"type":"watermark","schema":1,"slot":34,"through":1763649300000,"epoch":42}';
  const lines = [barText(bar({ version: 3 })), watermark, '', barText(bar({ version: 2 }))];
  expect(await highestVersions(barsIn(lines))).toEqual([bar({ version: 3 })]);
  await expect(highestVersions(barsIn([...lines, 'x']))).rejects.toThrow('line 5: record is "x": not JSON');
  const refused: number[] = [];
  expect(await highestVersions(barsIn(['x', ...lines], (_, line) => refused.push(line)))).toHaveLength(1);
  expect(refused).toEqual([1]);
});
