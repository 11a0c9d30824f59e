/** How a bar stands in the bars table: its key, its attributes, and what is read of them. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { RolledTimeframe } from '../../markets/timeframe.ts';
import type { RolledBar } from '../../records/bar.ts';
import { encodeRolledBar } from '../../records/encode.ts';

export type Item = Record<string, AttributeValue>;

/** The bars of one symbol and timeframe, which stand in one partition in the order of time. */
export interface Series {
  readonly symbol: string;
  readonly timeframe: RolledTimeframe;
}

/** A bar as it is kept: what tells it from others, and its record. */
export interface StoredBar {
  readonly start: number;
  readonly version: number;
  readonly final: boolean;
  /** The text of its record, byte for byte as the stream carries it, whatever the size of its volume. */
  readonly text: string;
}

/** For how many days a bar is kept after it was written, by timeframe. */
export type DaysKept = Readonly<Record<RolledTimeframe, number>>;

/** In a query: everything of a bar, and whose it is. */
export const barOnly = {
  ProjectionExpression: 'sk, #version, #final, #record, belongsTo',
  ExpressionAttributeNames: { '#version': 'version', '#final': 'final', '#record': 'record' },
};

/** What a bar must be to take the place of the one that stands there. @param final whether the new one is */
export function newerThanStored({ version, final }: Pick<RolledBar, 'version' | 'final'>) {
  const isNewer = 'attribute_not_exists(pk) OR #version < :version';
  if (!final)
    return {
      ConditionExpression: isNewer,
      ExpressionAttributeNames: { '#version': 'version' },
      ExpressionAttributeValues: { ':version': { N: String(version) } },
    };
  return {
    ConditionExpression: `${isNewer} OR (#version = :version AND #final = :open)`,
    ExpressionAttributeNames: { '#version': 'version', '#final': 'final' },
    ExpressionAttributeValues: { ':version': { N: String(version) }, ':open': { BOOL: false } },
  };
}

/** A timeframe has no such character, so that no two series share a partition, whatever stands in a symbol. */
export function seriesKey({ symbol, timeframe }: Series): AttributeValue.SMember {
  return { S: `${symbol}#${timeframe}` };
}

/** Where a bar stands in its series. @param start epoch ms */
export function startKey(start: number): AttributeValue.SMember {
  return { S: String(start).padStart(13, '0') };
}

/** @param expires epoch seconds of the wall clock */
export function barItem(bar: RolledBar, expires: number): Item {
  return {
    pk: seriesKey(bar),
    sk: startKey(bar.start),
    version: { N: String(bar.version) },
    final: { BOOL: bar.final },
    record: { S: encodeRolledBar(bar) },
    expires: { N: String(expires) },
  };
}

export function barIn(item: Item): StoredBar {
  return {
    start: Number(item['sk']?.S),
    version: Number(item['version']?.N),
    final: item['final']?.BOOL === true,
    text: item['record']?.S ?? '',
  };
}
