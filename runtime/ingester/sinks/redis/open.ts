/** Makes the outlet of the sink `redis`: loading its client takes memory and an eighth of a second, so it is loaded where it is wanted. */
import { randomUUID } from 'node:crypto';
import { calendarOf } from '../../../markets/calendar.ts';
import { Closings } from '../../../markets/closings.ts';
import { isHttp } from '../../../platform/redis/address.ts';
import { RedisConnection } from '../../../platform/redis/connection.ts';
import type { RedisServer } from '../../../platform/redis/link.ts';
import type { Seldom } from '../../../platform/seldom.ts';
import type { Opened, SinkWorld } from '../passed-on/plan.ts';
import type { CloseConfig } from './close-config.ts';
import { PreviousCloses } from './closes.ts';
import { RedisOutlet } from './redis.ts';
import { EventWrites } from './writes.ts';

/** How long (ms) events gather, so that a key is written once for many. Over HTTP every command is paid for. */
const overTcp = { flushEvery: 5_000, flushInterval: 50 };
const overHttp = { flushEvery: 20_000, flushInterval: 1_000 };

export interface OpenOptions {
  readonly server: RedisServer;
  readonly closes: CloseConfig;
}

export function openRedis({ server, closes }: OpenOptions, world: SinkWorld, seldom: Seldom): Opened {
  const { market, eventTime, time, logger } = world;
  const closings = new Closings(calendarOf(market), market, closes.time);
  const writes = new EventWrites(market, closings, eventTime);
  const outlet = new RedisOutlet({
    connection: new RedisConnection(server.url, time, server.token),
    ...{ writes, closes: new PreviousCloses({ ttl: closes.ttl, logger }) },
    ...{ lane: randomUUID(), seldom, logger },
  });
  return { outlet, takes: writes.patterns, ...(isHttp(server.url) ? overHttp : overTcp) };
}
