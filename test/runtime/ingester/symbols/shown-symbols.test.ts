/** The symbols that the feed has shown, over processes and weeks. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ShownSymbols } from '../../../../runtime/ingester/symbols/shown-symbols.ts';
import { EventClock } from '../../../../runtime/platform/clock.ts';
import { LeaseItems } from '../../../../runtime/tables/lease/lease-items.ts';
import { ShownTable } from '../../../../runtime/tables/lease/shown-table.ts';
import { LEASES, LocalAws } from '../support/aws.ts';
import { eventually } from '../support/eventually.ts';
import { MemoryLogger } from '../support/log.ts';
import { MINUTE, OPEN } from '../support/records.ts';

const WEEK = 7 * 24 * 60 * MINUTE;
const never = new AbortController().signal;

let aws: LocalAws;
let clock: EventClock;
let logger: MemoryLogger;
let table: Pick<ShownTable, 'load' | 'add'>;

beforeEach(async () => {
  aws = await LocalAws.start();
  clock = new EventClock({ now: OPEN, speed: 0 });
  logger = new MemoryLogger();
  table = new ShownTable(new LeaseItems(aws.dynamoDb, LEASES, 'stocks'));
});
afterEach(() => aws[Symbol.asyncDispose]());

const remembering = () => new ShownSymbols({ clock, table, logger });

/** Lets it save what it has, and end. */
async function saved(shown: ShownSymbols): Promise<void> {
  const stop = new AbortController();
  const run = shown.run(stop.signal);
  stop.abort();
  await run;
}

const known = async () => [...(await remembering().symbols(never))].sort();

test('what one process has seen another one knows, whatever others added meanwhile', async () => {
  const [first, second] = [remembering(), remembering()];
  for (const symbol of ['ZVZZT', 'AAPL', 'AAPL']) first.note(symbol, OPEN);
  second.note('TpC', OPEN);
  await saved(first);
  await saved(second);
  expect(await known()).toEqual(['AAPL', 'TpC', 'ZVZZT']);
  expect([...(await second.symbols(never))].sort()).toEqual(['AAPL', 'TpC', 'ZVZZT']);
});

test('what was new in a minute is saved soon after it', async () => {
  const shown = remembering();
  const stop = new AbortController();
  const run = shown.run(stop.signal);
  shown.note('AAPL', OPEN);
  clock.set({ now: OPEN + MINUTE + 10_000 });
  await eventually(async () => (await known()).includes('AAPL'));
  stop.abort();
  await run;
});

test('what was not shown for weeks is forgotten, here and in the table', async () => {
  const shown = remembering();
  shown.note('GONE', OPEN);
  shown.note('HERE', OPEN);
  await saved(shown);
  for (let week = 1; week <= 5; week++) {
    clock.set({ now: OPEN + week * WEEK });
    shown.note('HERE', OPEN + week * WEEK);
    // Of the same slot, so that it is looked at.
    shown.note('GONE2', OPEN + week * WEEK);
    for (let other = 0; other < 200; other++) shown.note(`Z${other}`, OPEN + week * WEEK);
    await saved(shown);
  }
  expect(await known()).toContain('HERE');
  expect(await known()).not.toContain('GONE');
  expect(await shown.symbols(never)).not.toContain('GONE');
});

test('a table that does not answer loses nothing: it is asked and told again', async () => {
  const real = table;
  let failures = 3;
  const failing = <T>(call: () => Promise<T>) => {
    if (failures-- > 0) throw new Error('no table');
    return call();
  };
  table = {
    load: async () => failing(() => real.load()),
    add: async (...added) => failing(() => real.add(...added)),
  };
  const shown = remembering();
  shown.note('AAPL', OPEN);
  await saved(shown);
  expect(logger.lines).toHaveLength(1);
  expect(await shown.symbols(never)).toEqual(['AAPL']);
  await saved(shown);
  expect(await known()).toEqual(['AAPL']);
});

test('a feed of endless names fills neither memory nor table', async () => {
  const shown = remembering();
  for (let n = 0; n < 200_000; n++) shown.note(`S${n}`, OPEN);
  expect((await shown.symbols(never)).length).toBeLessThanOrEqual(64 * 2_000);
});
