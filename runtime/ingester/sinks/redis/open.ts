/** Makes the outlet of the sink `redis`: loading its client takes memory and an eighth of a second, so it is loaded where it is wanted. */
import { randomUUID } from 'node:crypto';
import { calendarOf } from '../../../markets/calendar.ts';
import { Closings } from '../../../markets/closings.ts';
import { RedisConnection } from '../../../platform/redis/connection.ts';
import type { Seldom } from '../../../platform/seldom.ts';
import type { Opened, SinkWorld } from '../passed-on/plan.ts';
import type { CloseConfig } from './close-config.ts';
import { PreviousCloses } from './closes.ts';
import { RedisOutlet } from './redis.ts';
import { EventWrites } from './writes.ts';

export interface OpenOptions {
  readonly url: string;
  readonly closes: CloseConfig;
}

export function openRedis({ url, closes }: OpenOptions, world: SinkWorld, seldom: Seldom): Opened {
  const { market, time, logger } = world;
  const writes = new EventWrites(market, new Closings(calendarOf(market), market, closes.time));
  const outlet = new RedisOutlet({
    connection: new RedisConnection(url, time),
    ...{ writes, closes: new PreviousCloses({ ttl: closes.ttl, logger }) },
    ...{ lane: randomUUID(), seldom, logger },
  });
  return { outlet, takes: writes.patterns, flushEvery: 5_000, flushInterval: 50 };
}
