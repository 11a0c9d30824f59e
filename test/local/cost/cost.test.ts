/** The bill: what the documentation says is what the templates cost. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { totalOf } from '../../../local/cost/bill.ts';
import { loadOf } from '../../../local/cost/load.ts';
import { billFor, bills, tableOf } from '../../../local/cost/table.ts';

const bySize = bills();
const billWithout = (symbols: number) => billFor(symbols, { store: false });

describe('the bill', () => {
  test('is the one in the documentation', () => {
    const text = readFileSync(join(import.meta.dirname, '../../../docs/deploying.md'), 'utf8');
    expect(text).toContain(tableOf(bySize));
  });

  test('is in the README, rounded', () => {
    const readme = readFileSync(join(import.meta.dirname, '../../../README.md'), 'utf8');
    for (const [symbols, bill] of bySize)
      expect(readme).toMatch(
        new RegExp(`\\| ${symbols.toLocaleString('en-US')} \\| \\d \\| ${Math.round(totalOf(bill))} \\|`),
      );
  });

  test('grows with the number of symbols, item by item', () => {
    const [small, middle, large] = [...bySize.values()];
    for (const item of Object.keys(small ?? {})) {
      expect(middle?.[item]).toBeGreaterThanOrEqual(small?.[item] ?? Number.NaN);
      expect(large?.[item]).toBeGreaterThanOrEqual(middle?.[item] ?? Number.NaN);
    }
  });
});

test('the query API costs what its questions cost: of API Gateway, the function, its tables, its logs and its alarms', () => {
  // A page asks 38 times a minute of each of 21 days of 16 hours.
  const questions = 21 * 16 * 60 * 38;
  const bill = bySize.get(500) ?? {};
  expect(bill['API Gateway: questions of one live page']).toBeCloseTo(questions / 1e6, 6);
  expect(bill['Lambda: query API']).toBeCloseTo(questions * 0.05 * 0.0000133334 + (questions / 1e6) * 0.2, 6);
  // 12 looks at 64 slots of half a unit each, 12 times 16 symbols with 7 halves, 13 with 1 and 1.5, 16 lines of half and 4 units.
  const units = 12 * 64 * 0.5 + 12 * 16 * 3.5 + 13 * (0.5 + 1.5) + 16 * 4.5;
  expect(bill['DynamoDB: bars, asked for']).toBeCloseTo(((21 * 960 * units) / 1e6) * 0.125, 6);
  const without = billWithout(500);
  expect(Object.keys(without).filter(item => /API|asked/.test(item) && without[item] !== 0)).toEqual([]);
  expect((bill['CloudWatch: logs'] ?? 0) - (without['CloudWatch: logs'] ?? 0)).toBeCloseTo(
    questions / 1e6 / 2,
    6,
  );
  // Three alarms, one of which looks at two metrics, beside those of the store; and the metric that is made of the access log.
  expect(bill['CloudWatch: metrics asked for']).toBeCloseTo((21 * 960 * 2 * 0.01) / 1_000, 6);
  expect((bill['CloudWatch: alarms'] ?? 0) - (without['CloudWatch: alarms'] ?? 0)).toBeGreaterThanOrEqual(
    1.099,
  );
  expect((bill['CloudWatch: metrics'] ?? 0) - (without['CloudWatch: metrics'] ?? 0)).toBeCloseTo(0.3, 6);
});

test('readers in other accounts cost a key, and its use by each of them', () => {
  const shared = billFor(2_000, { shards: 2, readers: ['111122223333', '444455556666'] });
  const item = 'KMS: key of streams that others read';
  // Two streams of two shards, which one puts to, one of us reads and each of them: every five minutes.
  expect(shared[item]).toBeCloseTo(1 + (2 * 2 * (2 + 2) * 730 * 12 * 3) / 1e6, 6);
  expect(totalOf(shared) - totalOf(billFor(2_000, { shards: 2 }))).toBeCloseTo(shared[item] ?? Number.NaN, 6);
});

test('a month has a record for every symbol and minute, and a third of that in bars', () => {
  const { minutePuts, barPuts } = loadOf(1_000, 1);
  expect(minutePuts).toBe(1_000 * 21 * 960 + 64 * 43_800);
  expect(barPuts / (1_000 * 21 * 960)).toBeCloseTo(1 / 3, 1);
});
