/** Items for tables that a benchmark asks: bars of one symbol, and a way to write many. */
import { BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { MINUTE } from '../runtime/markets/timeframe.ts';
import { barItem, type Item } from '../runtime/tables/bars/bar-item.ts';
import { sampleBar } from './sample.ts';

/** When items expire, epoch s. */
export const FOR_EVER = 9_999_999_999;
const FIVE = 5 * MINUTE;

/** @param last where the last of so many 5m bars starts, epoch ms */
export function* storedBars(symbol: string, count: number, last: number): Generator<Item> {
  for (let index = 0; index < count; index++) {
    const start = last - index * FIVE;
    const { open, high, low, close, volume } = sampleBar(symbol, 0, start);
    const bar = {
      symbol,
      timeframe: '5m' as const,
      start,
      end: start + FIVE,
      open,
      high,
      low,
      close,
      volume,
    };
    const rest = {
      vwap: close,
      minutes: 5,
      uncovered: 0,
      session: 'regular',
      final: true,
      version: 5 * start,
    };
    yield barItem({ ...bar, ...rest }, FOR_EVER);
  }
}

export async function fill(client: DynamoDBClient, table: string, items: Iterable<Item>): Promise<void> {
  const all = [...items];
  for (let at = 0; at < all.length; at += 25) {
    const requests = all.slice(at, at + 25).map(Item => ({ PutRequest: { Item } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
  }
}
