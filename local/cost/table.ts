/** The bill for feeds of three sizes, side by side. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, Size } from 'aws-cdk-lib/core';
import { BarflowStage } from '../../lib/barflow-stage.ts';
import type { Environment, Feed } from '../../lib/settings/environment.ts';
import { readStage, type Stack } from '../engine/assembly.ts';
import { billOf, totalOf } from './bill.ts';
import type { Bill } from './prices.ts';
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

/** @param size how the feed is set up beside its symbols. @param eventsPerSecond that it passes on */
export function billFor(
  symbols: number,
  size: Partial<Feed>,
  kept: Kept = forADay,
  eventsPerSecond = 0,
): Bill {
  return billOf(numbersOf(stacksFor(size, kept)), symbols, eventsPerSecond);
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

/** What makes it cheaper: settings of a feed, by their words. What each gives up, `docs/deploying.md` says. */
const LEVERS: Readonly<Record<string, Partial<Feed>>> = {
  "`schedule: 'sessions'`": { schedule: 'sessions' },
  '`spot: true`': { spot: true },
  '`shards: { minutes: 4, bars: 2 }`': { shards: { minutes: 4, bars: 2 } },
  '`task` of the default size': { task: { cpu: 256, memory: Size.mebibytes(512) } },
};
/** Of what a feed must be able to do, and so not among the levers together. */
const WITHOUT_STORE = '`store: false`';
/** Dollars a month that it was meant to cost. */
const GOALS: ReadonlyMap<number, number> = new Map([
  [500, 45],
  [2_000, 58],
  [11_000, 115],
]);

/** A Markdown table of what settings save at each size, of what is left with all of them, and of what it was meant to be. */
export function leversOf(bySize: ReadonlyMap<number, Bill>): string {
  const saved = (levers: Partial<Feed>) =>
    SIZES.map(({ symbols, ...size }) => {
      const fits = { ...levers, ...(size.shards === undefined && { shards: 1 }) };
      return totalOf(bySize.get(symbols) ?? {}) - totalOf(billFor(symbols, { ...size, ...fits }));
    });
  const together = saved(Object.assign({}, ...Object.values(LEVERS)));
  const left = SIZES.map(({ symbols }, n) => totalOf(bySize.get(symbols) ?? {}) - (together[n] ?? 0));
  const dollars = (amounts: readonly number[]) =>
    amounts.map(amount => (Math.abs(amount) < 0.005 ? '–' : amount.toFixed(2)));
  return tableIn('saves, US dollars a month', [
    ...Object.entries(LEVERS).map(([words, lever]): Line => [words, dollars(saved(lever))]),
    ['left with all of these', dollars(left)],
    ['beyond the goal', dollars(SIZES.map(({ symbols }, n) => (left[n] ?? 0) - (GOALS.get(symbols) ?? 0)))],
    [`${WITHOUT_STORE}, which keeps no bars to ask for`, dollars(saved({ store: false }))],
  ]);
}

/** Events a second, of all that is passed on. */
const RATES = [1_000, 10_000];
/** A feed with every sink, and the latest bars in Redis. */
export const passingFeed: Partial<Feed> = {
  channels: ['minutes', 'seconds', 'trades', 'quotes'],
  sinks: [
    { kind: 'events' },
    { kind: 's3' },
    { kind: 'stdout' },
    { kind: 'redis', urlSecret: 'barflow/cost/redis-url' },
  ],
  latest: true,
};

/** A Markdown table of what passing on adds to a feed of the smallest size, item by item. */
export function passingOf(bySize: ReadonlyMap<number, Bill>): string {
  const [[symbols, plain] = [0, {}]] = bySize;
  const numbers = numbersOf(stacksFor(passingFeed));
  const all = RATES.map(rate => billOf(numbers, symbols, rate));
  const added = (item: string) => all.map(bill => (bill[item] ?? 0) - (plain[item] ?? 0));
  const items = Object.keys(plain).filter(item => added(item).some(dollars => dollars >= 0.005));
  const row = (item: string): Line => [item, added(item).map(dollars => dollars.toFixed(2))];
  const rates = RATES.map(rate => `${rate.toLocaleString('en-US')} events a second`);
  return tableIn('adds, US dollars a month', items.map(row), rates);
}

type Line = readonly [title: string, cells: readonly string[]];

const ofSizes = SIZES.map(({ symbols }) => `${symbols.toLocaleString('en-US')} symbols`);

function tableIn(title: string, lines: readonly Line[], columns: readonly string[] = ofSizes): string {
  const row = ([first, cells]: Line) => `| ${first} | ${cells.join(' | ')} |`;
  const rule: Line = ['---', columns.map(() => '---:')];
  return [[title, columns] as const, rule, ...lines].map(row).join('\n');
}

/** A Markdown table, a line per item that costs something and one for the sum. */
export function tableOf(bySize: ReadonlyMap<number, Bill>): string {
  const all = [...bySize.values()];
  const items = Object.keys(all[0] ?? {}).filter(item => all.some(bill => bill[item] !== 0));
  const cells = (of: (bill: Bill) => number) => all.map(bill => of(bill).toFixed(2));
  return tableIn('US dollars a month', [
    ...items.map((item): Line => [item, cells(bill => bill[item] ?? 0)]),
    ['**Together**', cells(totalOf).map(dollars => `**${dollars}**`)],
  ]);
}
