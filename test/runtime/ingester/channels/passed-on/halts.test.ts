/** Who is in a trading halt, by what price bands say, over connections, processes and days. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Halts } from '../../../../../runtime/ingester/channels/passed-on/halts.ts';
import { Calendar, calendarOf } from '../../../../../runtime/markets/calendar.ts';
import { EventClock } from '../../../../../runtime/platform/clock.ts';
import { HaltTable } from '../../../../../runtime/tables/lease/halt-table.ts';
import { LeaseItems } from '../../../../../runtime/tables/lease/lease-items.ts';
import { stocksWithOvernight } from '../../../../support/overnight.ts';
import { LEASES, LocalAws } from '../../support/aws.ts';
import { eventually } from '../../support/eventually.ts';
import { MemoryLogger } from '../../support/log.ts';
import { bar, MINUTE, OPEN } from '../../support/records.ts';

const HALTED = 17;
const RESUMED = 18;
const calendar = calendarOf('stocks');
const never = new AbortController().signal;

let aws: LocalAws;
let clock: EventClock;
let logger: MemoryLogger;
let table: HaltTable;
let feeds = 0;

beforeAll(async () => {
  aws = await LocalAws.start();
});
afterAll(() => aws[Symbol.asyncDispose]());
beforeEach(() => {
  clock = new EventClock({ now: OPEN, speed: 0 });
  logger = new MemoryLogger();
  table = new HaltTable(new LeaseItems(aws.dynamoDb, LEASES, `feed${++feeds}`));
});

interface Changes {
  readonly table?: Pick<HaltTable, 'load' | 'save'>;
  readonly has?: (symbol: string) => boolean;
  readonly lease?: { readonly holds: boolean; readonly epoch: number };
  readonly delay?: number;
  readonly calendar?: Calendar;
}

function listening({
  has = () => true,
  lease = { holds: true, epoch: 1 },
  delay = 0,
  ...more
}: Changes = {}): Halts {
  return new Halts({
    ...{ kind: 'LULD', clock, delay, calendar, subscription: { has }, table, lease, logger, ...more },
  });
}

/** Sends a price band, as the vendor does. */
function say(halts: Halts, symbol: string, indicators: unknown, ts = clock.now()): void {
  halts.take({ symbol, ts, text: JSON.stringify({ ev: 'LULD', T: symbol, h: 1, l: 1, i: indicators }) });
}

const namesOf = (halts: readonly { readonly symbol: string }[]) => halts.map(({ symbol }) => symbol);

const said = () => logger.lines.map(line => JSON.parse(line).message);

/** Lets it save what it has, and end. */
async function saved(halts: Halts): Promise<void> {
  const stop = new AbortController();
  const run = halts.run(stop.signal);
  stop.abort();
  await run;
}

/** What another process goes on with. */
async function known(): Promise<readonly string[]> {
  const next = listening();
  await next.takeOver(never);
  return namesOf(next.standing);
}

describe('a symbol', () => {
  test('is halted from the first word of it until it is said to trade again', () => {
    const halts = listening();
    say(halts, 'NVDA', [HALTED], OPEN - 2 * MINUTE);
    say(halts, 'NVDA', [1, HALTED], OPEN - MINUTE);
    say(halts, 'AAPL', [], OPEN);
    expect(halts.standing).toMatchObject([{ symbol: 'NVDA', since: OPEN - 2 * MINUTE }]);
    say(halts, 'NVDA', [RESUMED], OPEN - 3 * MINUTE);
    expect(namesOf(halts.standing)).toEqual(['NVDA']);
    say(halts, 'NVDA', [RESUMED], OPEN);
    expect(halts.standing).toEqual([]);
  });

  test('is halted no longer once it has traded in a minute after the halt', () => {
    clock.set({ now: OPEN + 30_000 });
    const halts = listening();
    for (const symbol of ['NVDA', 'MSFT', 'TSLA']) say(halts, symbol, [HALTED]);
    const after = { start: OPEN + MINUTE };
    halts.traded([
      bar({ symbol: 'NVDA', ...after }),
      bar({ symbol: 'MSFT', ...after, volume: '0' }),
      bar({ symbol: 'TSLA', start: OPEN }),
    ]);
    expect(namesOf(halts.standing)).toEqual(['MSFT', 'TSLA']);
  });

  test('stays in a second halt whose bars before it show that the end of the first was missed', () => {
    const halts = listening();
    say(halts, 'NVDA', [HALTED]);
    clock.set({ now: OPEN + 90 * MINUTE + 40_000 });
    say(halts, 'NVDA', [HALTED]);
    halts.traded([bar({ symbol: 'NVDA', start: OPEN + 90 * MINUTE })]);
    expect(namesOf(halts.standing)).toEqual(['NVDA']);
    halts.traded([bar({ symbol: 'NVDA', start: OPEN + 91 * MINUTE })]);
    expect(halts.standing).toEqual([]);
  });

  test('is not halted by a band that is none, nor where the feed has no bars of it', () => {
    const halts = listening({ has: symbol => symbol !== 'IBM' });
    say(halts, 'IBM', [HALTED]);
    for (const odd of [undefined, 17, '17', ['17'], { 0: 17 }]) say(halts, 'NVDA', odd);
    halts.take({ symbol: 'NVDA', ts: OPEN, text: 'no JSON' });
    expect(halts.standing).toEqual([]);
  });

  test('is halted since now at the latest, whatever the event says, by the time that a late feed shows', () => {
    const halts = listening({ delay: 15 * MINUTE });
    say(halts, 'NVDA', [HALTED], OPEN + 1_000 * 86_400_000);
    expect(halts.standing).toMatchObject([{ since: OPEN - 15 * MINUTE }]);
  });

  describe.each([
    ['', calendar],
    ['where nights are traded, ', new Calendar(stocksWithOvernight)],
  ])('%shalted on a Friday and not heard of since', (_, nights) => {
    test.each([
      ['2025-11-21T14:00:00Z', true],
      ['2025-11-24T00:30:00Z', true],
      ['2025-11-24T21:00:00Z', true],
      ['2025-11-25T06:00:00Z', false],
    ])('is halted at %s: %s', (time, holds) => {
      clock.set({ now: Date.parse('2025-11-21T14:00:00Z') });
      const halts = listening({ calendar: nights });
      say(halts, 'NVDA', [HALTED]);
      clock.set({ now: Date.parse(time) });
      expect(halts.standing.length > 0).toBe(holds);
    });
  });

  test('that is said to be halted day by day stays halted since the first of them', () => {
    const halts = listening();
    for (const day of ['2025-11-20', '2025-11-21', '2025-11-24', '2025-11-25']) {
      clock.set({ now: Date.parse(`${day}T14:00:00Z`) });
      say(halts, 'NVDA', [HALTED]);
    }
    expect(halts.standing).toMatchObject([{ since: Date.parse('2025-11-20T14:00:00Z') }]);
  });
});

describe('the table', () => {
  test('tells the next process, and is written only when something has changed', async () => {
    let writes = 0;
    const counting = {
      load: () => table.load(),
      save: (...args: Parameters<HaltTable['save']>) => {
        writes++;
        return table.save(...args);
      },
    };
    const halts = listening({ table: counting });
    await halts.takeOver(never);
    const stop = new AbortController();
    const run = halts.run(stop.signal);
    say(halts, 'NVDA', [HALTED]);
    clock.set({ now: OPEN + 5_000 });
    await eventually(async () => (await known()).length === 1);
    say(halts, 'NVDA', [HALTED]);
    clock.set({ now: OPEN + 10_000 });
    stop.abort();
    await run;
    expect(writes).toBe(1);
    const next = listening({ table: counting, lease: { holds: true, epoch: 2 } });
    await next.takeOver(never);
    expect(next.standing).toMatchObject([{ symbol: 'NVDA', since: OPEN }]);
    say(next, 'NVDA', [RESUMED]);
    await saved(next);
    expect([writes, await known()]).toEqual([2, []]);
  });

  test('tells the next process on which day it was last said: a bar of a day before ends nothing', async () => {
    const halts = listening();
    for (const at of [OPEN, OPEN + 86_400_000]) {
      clock.set({ now: at });
      say(halts, 'NVDA', [HALTED]);
    }
    await saved(halts);
    const next = listening();
    await next.takeOver(never);
    next.traded([bar({ symbol: 'NVDA', start: OPEN + 60 * MINUTE })]);
    expect(namesOf(next.standing)).toEqual(['NVDA']);
    next.traded([bar({ symbol: 'NVDA', start: OPEN + 86_400_000 + MINUTE })]);
    expect(next.standing).toEqual([]);
  });

  test('is not written by one that has lost the lease, whose successor knows better', async () => {
    const halts = listening({ lease: { holds: false, epoch: 1 } });
    say(halts, 'NVDA', [HALTED]);
    await saved(halts);
    expect(await known()).toEqual([]);
  });

  test('is not asked again by one that nobody took the lease from: it has heard more since', async () => {
    const halts = listening();
    await halts.takeOver(never);
    say(halts, 'NVDA', [HALTED]);
    await halts.takeOver(never);
    expect(namesOf(halts.standing)).toEqual(['NVDA']);
    halts.forget();
    await halts.takeOver(never);
    expect(halts.standing).toEqual([]);
  });

  test('is asked again by one that was told to stop before it answered', async () => {
    const next = listening();
    say(next, 'NVDA', [HALTED]);
    await saved(next);
    let isAway = true;
    const stop = new AbortController();
    const load = async () => {
      if (!isAway) return table.load();
      stop.abort();
      throw new Error('away');
    };
    const halts = listening({ table: { load, save: async () => true } });
    await halts.takeOver(stop.signal);
    isAway = false;
    await halts.takeOver(never);
    expect(namesOf(halts.standing)).toEqual(['NVDA']);
  });

  test.each(['before', 'after'])(
    'keeps what a successor holds, though what its predecessor wrote arrives %s what that says first',
    async when => {
      const successor = listening({ lease: { holds: true, epoch: 2 } });
      const late = listening();
      say(late, 'NVDA', [HALTED]);
      await successor.takeOver(never);
      if (when === 'before') await saved(late);
      await saved(successor);
      await saved(late);
      expect([await known(), said()]).toEqual([[], []]);
    },
  );

  test('that does not answer is asked and told again, and each is said once', async () => {
    let failures = 2;
    const fails = async () => {
      if (failures-- > 0) throw new Error('away');
    };
    const failing = {
      load: () => fails().then(() => table.load()),
      save: (...args: Parameters<HaltTable['save']>) => fails().then(() => table.save(...args)),
    };
    const halts = listening({ table: failing });
    await halts.takeOver(never);
    say(halts, 'NVDA', [HALTED]);
    failures = 2;
    for (let tries = 0; tries < 3; tries++) await saved(halts);
    expect(await known()).toEqual(['NVDA']);
    expect(said()).toEqual(['the trading halts cannot be read', 'the trading halts cannot be saved']);
  });

  test('that has taken what it did not acknowledge is put right, though nothing has changed since', async () => {
    let isLost = true;
    const save = async (...args: Parameters<HaltTable['save']>) => {
      const isSaved = await table.save(...args);
      if (isLost) throw new Error('the answer is lost');
      return isSaved;
    };
    const halts = listening({ table: { load: () => table.load(), save } });
    say(halts, 'NVDA', [HALTED]);
    await saved(halts);
    isLost = false;
    say(halts, 'NVDA', [RESUMED]);
    await saved(halts);
    expect(await known()).toEqual([]);
  });

  test('that never answers keeps nobody who is told to stop', async () => {
    const load = async () => {
      throw new Error('away');
    };
    const stop = new AbortController();
    const taken = listening({ table: { load, save: async () => true } }).takeOver(stop.signal);
    stop.abort();
    await taken;
  });

  test('with something else in it knows of none', async () => {
    const items = new LeaseItems(aws.dynamoDb, LEASES, `feed${feeds}`);
    for (const text of ['no JSON', '{}', '[["NVDA"]]']) {
      await items.put('halted', '', { content: { S: text } });
      expect(await known()).toEqual([]);
      expect(await table.at(OPEN, calendar)).toEqual([]);
    }
  });

  test('tells who watches of those that held at an instant, by name', async () => {
    const halts = listening();
    for (const [symbol, at] of [
      ['TSLA', OPEN],
      ['NVDA', OPEN],
      ['MSFT', OPEN + 1],
    ] as const) {
      clock.set({ now: at });
      say(halts, symbol, [HALTED]);
    }
    await saved(halts);
    expect(namesOf(await table.at(OPEN, calendar))).toEqual(['NVDA', 'TSLA']);
    expect(namesOf(await table.at(OPEN + MINUTE, calendar))).toEqual(['MSFT', 'NVDA', 'TSLA']);
    // Nobody writes it any more.
    expect(await table.at(OPEN + 5 * 86_400_000, calendar)).toEqual([]);
  });

  test('of a halt of the whole market holds as many as an item has room for, and the log says so once', async () => {
    const halts = listening();
    const long = 'X'.repeat(60);
    for (let n = 0; n < 4_100; n++) say(halts, `${n}`.padStart(4, '0') + long, [HALTED]);
    await saved(halts);
    expect(await known()).toHaveLength(4_000);
    expect(said()).toEqual(['more symbols are halted than are kept: bars of the others stay expected']);
  });

  test('forgets symbols that the feed does not follow any more', async () => {
    let follows = true;
    const halts = listening({ has: () => follows });
    say(halts, 'NVDA', [HALTED]);
    await saved(halts);
    follows = false;
    await saved(halts);
    expect(await known()).toEqual([]);
  });
});
