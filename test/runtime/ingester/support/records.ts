/** Bars and items for tests, right in everything but what a test is about. */

import type { Item } from '../../../../runtime/ingester/sinks/minutes-stream/slot-queue.ts';
import type { MinuteBar } from '../../../../runtime/records/bar.ts';
import { explicitHashKey, slotOf } from '../../../../runtime/records/slot.ts';

/** Thursday 20 November 2025, 09:30 in New York. */
export const OPEN = Date.parse('2025-11-20T14:30:00Z');
export const MINUTE = 60_000;

export function bar(changes: Partial<MinuteBar> = {}): MinuteBar {
  return {
    type: 'bar',
    symbol: 'AAPL',
    start: OPEN,
    open: 10,
    high: 12,
    low: 9,
    close: 11,
    volume: '100',
    session: 'regular',
    version: OPEN,
    source: 'live',
    ...changes,
  };
}

/** A vendor event of a minute of stocks. */
export function am(symbol: string, start: number, changes: Readonly<Record<string, unknown>> = {}) {
  return {
    ev: 'AM',
    sym: symbol,
    v: 100,
    o: 10,
    c: 11,
    h: 12,
    l: 9,
    vw: 10.5,
    s: start,
    e: start + MINUTE,
    ...changes,
  };
}

export function item(kind: Item['kind'], slot: number, order: string, text = `${kind} ${order}`): Item {
  const data = Buffer.from(text);
  const partitionKey = order || `~slot/${slot}`;
  return {
    kind,
    slot,
    order,
    partitionKey,
    explicitHashKey: explicitHashKey(slot),
    data,
    bytes: data.byteLength + partitionKey.length,
  };
}

export function symbolItem(symbol: string, text?: string): Item {
  return item('bar', slotOf(symbol), symbol, text);
}
