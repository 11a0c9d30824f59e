/** A Redis sink of stocks as a test makes one, and events for it. */

import type { NumberedEvent } from '../../../../runtime/ingester/sinks/passed-on/event.ts';
import { PreviousCloses } from '../../../../runtime/ingester/sinks/redis/closes.ts';
import { RedisOutlet } from '../../../../runtime/ingester/sinks/redis/redis.ts';
import { EventWrites } from '../../../../runtime/ingester/sinks/redis/writes.ts';
import { calendarOf } from '../../../../runtime/markets/calendar.ts';
import { type CloseTime, Closings } from '../../../../runtime/markets/closings.ts';
import { RedisConnection } from '../../../../runtime/platform/redis/connection.ts';
import { Seldom } from '../../../../runtime/platform/seldom.ts';
import { processTime } from '../../../../runtime/platform/time.ts';
import type { MemoryLogger } from './log.ts';

export interface SinkOptions {
  readonly url: string;
  readonly token?: string;
  readonly logger: MemoryLogger;
  readonly time?: typeof processTime;
  readonly closeTime?: CloseTime;
  /** @default later than all that a test writes */
  readonly eventTime?: () => number;
}

/** What a process makes when it starts: it knows nothing but what the server does. */
export function redisSink({ url, token, logger, ...options }: SinkOptions): RedisOutlet {
  const { time = processTime, closeTime, eventTime = () => Number.POSITIVE_INFINITY } = options;
  const connection = new RedisConnection(url, time, token);
  const closings = new Closings(calendarOf('stocks'), 'stocks', closeTime);
  const writes = new EventWrites('stocks', closings, eventTime);
  const closes = new PreviousCloses({ ttl: 604_800, logger });
  return new RedisOutlet({ connection, writes, closes, lane: 'a', seldom: new Seldom(time, 0), logger });
}

let seq = 0;

/** @param ts when it happened @param ingestTs when it came */
export function eventOf(
  kind: string,
  symbol: string,
  fields: object,
  ts: number,
  ingestTs = ts + 61_000,
): NumberedEvent {
  const text = JSON.stringify({ ev: kind, sym: symbol, ...fields });
  return { kind, symbol, topic: `${kind}.${symbol}`, ts, text, seq: ++seq, ingestTs };
}

/** A minute that comes a second after its end, unless it comes later. */
export function minuteOf(symbol: string, start: number, close: number, ingestTs = start + 61_000) {
  const prices = { o: close, h: close, l: close, c: close, vw: close, a: close, op: close };
  const fields = {
    ...prices,
    v: 100,
    av: 1_000,
    z: 61,
    s: start,
    e: start + 60_000,
    dv: '100.0',
    dav: '1000.0',
  };
  return eventOf('AM', symbol, fields, start, ingestTs);
}

export function tradeOf(symbol: string, t: number, q: number): NumberedEvent {
  return eventOf('T', symbol, { x: 4, i: '71', z: 3, p: 175.5, s: 100, c: [14, 41], t, q }, t);
}

export function fairValueOf(symbol: string, ts: number, fmv: number): NumberedEvent {
  return eventOf('FMV', symbol, { fmv }, ts, ts);
}
