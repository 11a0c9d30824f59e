/** The bill for feeds of three sizes, side by side. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, Size } from 'aws-cdk-lib/core';
import { BarflowStage } from '../../lib/barflow-stage.ts';
import type { Environment, Feed } from '../../lib/settings/environment.ts';
import { readStage, type Stack } from '../engine/assembly.ts';
import { type Bill, billOf, totalOf } from './bill.ts';
import { numbersOf } from './template-numbers.ts';

/** How a feed of that many symbols is set up. */
const SIZES: readonly (Pick<Feed, 'shards' | 'task'> & { readonly symbols: number })[] = [
  { symbols: 500 },
  { symbols: 2_000 },
  { symbols: 11_000, shards: 4, task: { cpu: 512, memory: Size.gibibytes(1) } },
];

type Kept = Pick<Environment, 'streamRetention' | 'removal'>;
const forADay: Kept = { streamRetention: Duration.hours(24), removal: 'destroy' };

/** Dollars a month by the number of symbols, for streams that keep records a day. */
export function bills(): ReadonlyMap<number, Bill> {
  return new Map(SIZES.map(({ symbols, ...size }) => [symbols, billFor(symbols, size)]));
}

/** @param size how the feed is set up beside its symbols */
export function billFor(symbols: number, size: Partial<Feed>, kept: Kept = forADay): Bill {
  return billOf(numbersOf(stacksFor(size, kept)), symbols);
}

/** The templates of an environment with one feed. */
export function stacksFor(size: Partial<Feed>, kept: Kept = forADay): readonly Stack[] {
  const feed: Feed = {
    market: 'stocks',
    symbols: '*',
    apiKeySecret: 'barflow/cost/polygon-api-key',
    reconcile: ['SPY'],
    ...size,
  };
  const outdir = mkdtempSync(join(tmpdir(), 'barflow-cost-'));
  try {
    const context = { 'aws:cdk:bundling-stacks': [] };
    const app = new App({ outdir, builtinCloudFormationValidation: false, context });
    new BarflowStage(app, 'cost', { feeds: [feed], ...kept });
    return readStage(app.synth(), 'cost');
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** A Markdown table, a line per item that costs something and one for the sum. */
export function tableOf(bySize: ReadonlyMap<number, Bill>): string {
  const sizes = [...bySize.keys()];
  const row = (title: string, cells: readonly string[]) => `| ${title} | ${cells.join(' | ')} |`;
  const dollars = (amount: number) => amount.toFixed(2);
  const items = Object.keys(bySize.get(sizes[0] ?? 0) ?? {}).filter(item =>
    [...bySize.values()].some(bill => bill[item] !== 0),
  );
  return [
    row(
      'US dollars a month',
      sizes.map(size => `${size.toLocaleString('en-US')} symbols`),
    ),
    row(
      '---',
      sizes.map(() => '---:'),
    ),
    ...items.map(item =>
      row(
        item,
        [...bySize.values()].map(bill => dollars(bill[item] ?? 0)),
      ),
    ),
    row(
      '**Together**',
      [...bySize.values()].map(bill => `**${dollars(totalOf(bill))}**`),
    ),
  ].join('\n');
}
