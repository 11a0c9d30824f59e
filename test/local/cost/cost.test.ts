/** The bill: what the documentation says is what the templates cost. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { totalOf } from '../../../local/cost/bill.ts';
import { loadOf } from '../../../local/cost/load.ts';
import { bills, tableOf } from '../../../local/cost/table.ts';

const bySize = bills();

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

test('a month has a record for every symbol and minute, and a third of that in bars', () => {
  const { minutePuts, barPuts } = loadOf(1_000, 1);
  expect(minutePuts).toBe(1_000 * 21 * 960 + 64 * 43_800);
  expect(barPuts / (1_000 * 21 * 960)).toBeCloseTo(1 / 3, 1);
});
