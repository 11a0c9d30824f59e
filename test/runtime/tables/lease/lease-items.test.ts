/** Whose the items of the lease table are: another environment's are refused, whichever of them is met. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { expectOwn } from '../../../../runtime/tables/belonging.ts';
import { HaltTable } from '../../../../runtime/tables/lease/halt-table.ts';
import { LeaseItems } from '../../../../runtime/tables/lease/lease-items.ts';
import { LeaseTable } from '../../../../runtime/tables/lease/lease-table.ts';
import { MissingTable } from '../../../../runtime/tables/lease/missing-table.ts';
import { ShownTable } from '../../../../runtime/tables/lease/shown-table.ts';
import { SymbolMemory } from '../../../../runtime/tables/lease/symbol-memory.ts';
import { LEASES, LocalAws } from '../../ingester/support/aws.ts';

const OPEN = Date.parse('2025-11-20T14:30Z');
const part = { minutes: [OPEN], slots: new Map([[34, undefined]]), symbols: new Set<string>() };
const facts = { lastVersion: 1, through: undefined, since: undefined, slots: [34], catchingUp: undefined };
const claim = { seen: undefined, epoch: 1, counter: 1, startedAt: 0 };
const foreign = `table '${LEASES}' belongs to prod/stocks, and this is dev/stocks`;

let aws: LocalAws;
beforeEach(async () => {
  aws = await LocalAws.start();
});
afterEach(() => aws[Symbol.asyncDispose]());

const itemsOf = (owner?: string) => new LeaseItems(aws.dynamoDb, LEASES, 'stocks', owner);
const start = () => expectOwn(aws.dynamoDb, LEASES, 'dev/stocks', new AbortController().signal);

/** What an environment keeps, each in its own way, with what another finds of it. */
const kept = {
  'the lease': {
    write: (items: LeaseItems) => new LeaseTable(items).take(claim, 'me', facts),
    read: (items: LeaseItems) => new LeaseTable(items).read(),
  },
  'the lease that is only watched': {
    write: (items: LeaseItems) => new LeaseTable(items).take(claim, 'me', facts),
    read: (items: LeaseItems) => new LeaseTable(items).watch(),
  },
  'what is missing': {
    write: (items: LeaseItems) => new MissingTable(items).save('a', part),
    read: (items: LeaseItems) => new MissingTable(items).load(),
  },
  'the symbols that are followed': {
    write: (items: LeaseItems) => new SymbolMemory(items).save(['AAPL']),
    read: (items: LeaseItems) => new SymbolMemory(items).load(),
  },
  'the symbols that are halted': {
    write: (items: LeaseItems) => new HaltTable(items).save([], 1),
    read: (items: LeaseItems) => new HaltTable(items).load(),
  },
  'the symbols that were shown': {
    write: (items: LeaseItems) => new ShownTable(items).add(34, new Map([['AAPL', 2_900]]), 2_896),
    read: (items: LeaseItems) => new ShownTable(items).load(),
  },
} as const;

test.each(Object.entries(kept))(
  '%s of another environment is refused, at the start and later',
  async (_, { write, read }) => {
    await write(itemsOf('prod/stocks'));
    await expect(start()).rejects.toThrow(foreign);
    await expect(read(itemsOf('dev/stocks'))).rejects.toThrow(foreign);
  },
);

test.each(Object.entries(kept))(
  '%s is read by its own environment, and from before anybody said whose it is',
  async (_, { write, read }) => {
    await write(itemsOf());
    await start();
    const before = await read(itemsOf('dev/stocks'));
    await write(itemsOf('dev/stocks'));
    await start();
    expect(await read(itemsOf('dev/stocks'))).toEqual(before);
    expect(before).toBeDefined();
  },
);

test('another environment is met although its lease stands behind more items than are looked at', async () => {
  const items = new LeaseItems(aws.dynamoDb, LEASES, 'forex', 'prod/stocks');
  const missing = new MissingTable(items);
  await kept['the lease'].write(items);
  await Promise.all(Array.from({ length: 150 }, (_, n) => missing.save(`part-${n}`, part)));
  await expect(start()).rejects.toThrow(foreign);
});

test.each([
  ['["AAPL","BRK.B","AAPL"]', ['AAPL', 'BRK.B']],
  ['*', '*'],
])('the list %s is read as it was saved', async (text, symbols) => {
  await itemsOf().put('symbols', '', { symbols: { S: text } });
  expect(await new SymbolMemory(itemsOf()).load()).toEqual(symbols);
});

test.each(['[]', '["A B"]', '{}', 'AAPL'])('%s is no list of symbols', async text => {
  await itemsOf().put('symbols', '', { symbols: { S: text } });
  await expect(new SymbolMemory(itemsOf()).load()).rejects.toThrow();
});
