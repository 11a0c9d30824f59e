/** Whose the chunks of a log are: what another environment appended is neither folded nor believed. */
import { beforeEach, expect, test } from '@jest/globals';
import { calendarOf } from '../../../../runtime/markets/calendar.ts';
import { Windows } from '../../../../runtime/markets/window.ts';
import { encodeBody } from '../../../../runtime/tables/chunks/chunk-body.ts';
import { ChunkLog } from '../../../../runtime/tables/chunks/chunk-log.ts';
import { SlotReader } from '../../../../runtime/tables/chunks/slot-reader.ts';
import { TwinDynamoDb } from '../../../support/twin-dynamodb.ts';

const { start: blockStart } = new Windows(calendarOf('stocks'), 'clock').blockOf(
  Date.parse('2025-11-20T14:30Z'),
);
const { signal } = new AbortController();
const foreign = "table 'state' belongs to prod/stocks, and this is dev/stocks";

let table: TwinDynamoDb;
beforeEach(() => {
  table = new TwinDynamoDb();
});

const logOf = (owner?: string) => new ChunkLog(table.client(), 'state', owner);
const watch = (owner?: string) =>
  new SlotReader(table.client(), 'state', owner).read(34, blockStart, blockStart - 60_000);

async function append(owner?: string): Promise<void> {
  const head = { slot: 34, blockStart, n: 0, first: 1n, last: 1n, slotThrough: blockStart, expires: 9e9 };
  await logOf(owner).append({ ...head, body: encodeBody({ minutes: [], marks: [] }, blockStart) }, signal);
}

test('chunks of another environment are refused, by who folds them and by who watches', async () => {
  await append('prod/stocks');
  await expect(logOf('dev/stocks').read(34, blockStart, 0, signal)).rejects.toThrow(foreign);
  await expect(watch('dev/stocks')).rejects.toThrow(foreign);
});

test.each(['dev/stocks', undefined])('chunks of %s are read', async owner => {
  await append(owner);
  expect(await logOf('dev/stocks').read(34, blockStart, 0, signal)).toHaveLength(1);
  expect(await watch('dev/stocks')).toMatchObject({ through: blockStart });
});
