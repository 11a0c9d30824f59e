/** Builds the sinks that the variables name. */
import { randomUUID } from 'node:crypto';
import type { Writable } from 'node:stream';
import type { Logger } from '../../platform/logger.ts';
import { Seldom } from '../../platform/seldom.ts';
import type { Time } from '../../platform/time.ts';
import { passedOnRows } from '../../vendor/channels/table.ts';
import { NdjsonFiles } from '../sinks/ndjson/ndjson.ts';
import type { NumberedEvent } from '../sinks/passed-on/event.ts';
import { EventSink, type EventSinkOptions } from '../sinks/passed-on/event-sink.ts';
import { Selection } from '../sinks/passed-on/selection.ts';
import { LinesTo, logLine } from '../sinks/stdout/stdout.ts';
import { ZmqPublisher } from '../sinks/zmq/zmq.ts';
import type { AloneConfig } from './config.ts';
import { type SinkName, STDOUT } from './names.ts';

/** What a sink touches of the world. */
export interface SinkWorld {
  readonly output: Writable;
  /** Epoch ms. */
  readonly now: () => number;
  readonly time: Time;
  readonly logger: Logger;
  readonly envelopeOf: (event: NumberedEvent) => string;
  readonly onGone: () => void;
}

/** A sink cannot be used; the cause says why. */
export class SinkError extends Error {
  override readonly name = 'SinkError';
  readonly sink: SinkName;

  constructor(sink: SinkName, cause: unknown) {
    super(`the ${sink} sink cannot be used`, { cause });
    this.sink = sink;
  }
}

/** Whoever looks on wants to see things at once. */
const AT_ONCE = { flushEvery: 100, flushInterval: 50 };

export interface Sinks {
  readonly all: readonly EventSink[];
  /** Somebody has moved the files. */
  reopen(): void;
}

/** @throws SinkError when a sink cannot be used */
export async function sinksOf(config: AloneConfig, world: SinkWorld): Promise<Sinks> {
  const { ndjson } = config;
  const files = config.sinks.includes('ndjson') && ndjson.dest !== STDOUT && ndjsonFiles(config, world);
  if (files) await files.open().catch(unusable('ndjson'));
  const publisher = config.sinks.includes('zmq') && (await zmqPublisher(config, world));
  const redis = config.sinks.includes('redis') && (await redisOptions(config, world));
  const all = config.sinks.map(name => {
    if (name === 'zmq' && publisher)
      return new EventSink({ ...zmqOptions(config, world), outlet: publisher });
    if (name === 'stdout') return new EventSink(stdoutOptions(config, world));
    if (name === 'redis' && redis) return new EventSink(redis);
    const outlet = files || new LinesTo(world.output, world.envelopeOf);
    return new EventSink({ ...ndjsonOptions(config, world), outlet });
  });
  return { all, reopen: () => (files && ndjson.reopens ? files.reopen() : undefined) };
}

function ndjsonFiles({ ndjson }: AloneConfig, { now, time, logger, envelopeOf }: SinkWorld): NdjsonFiles {
  const seldom = new Seldom(time, ndjson.warnInterval);
  return new NdjsonFiles({
    ...ndjson,
    path: ndjson.dest,
    lineOf: envelopeOf,
    now,
    onTrouble: (what, { message }) =>
      seldom.say('trouble', () => logger.warn(`the ndjson sink: ${what}`, { error: message })),
  });
}

function stdoutOptions(config: AloneConfig, world: SinkWorld): EventSinkOptions {
  const { channelCap: cap } = config;
  const outlet = new LinesTo(world.output, logLine);
  const selection = new Selection({ quotes: quotesOf(config) });
  return { ...common(config, world), ...AT_ONCE, name: 'stdout', outlet, selection, cap };
}

function ndjsonOptions(config: AloneConfig, world: SinkWorld): Omit<EventSinkOptions, 'outlet'> {
  const { cap, flushEvery, flushInterval, include, sampleQuotes } = config.ndjson;
  const selection = new Selection({ include, sampleQuotes, quotes: quotesOf(config) });
  return { ...common(config, world), name: 'ndjson', selection, cap, flushEvery, flushInterval };
}

function zmqPublisher({ zmq }: AloneConfig, { envelopeOf: lineOf }: SinkWorld): Promise<ZmqPublisher> {
  return ZmqPublisher.open({ ...zmq, lineOf }).catch(unusable('zmq'));
}

function zmqOptions(config: AloneConfig, world: SinkWorld): Omit<EventSinkOptions, 'outlet'> {
  const { cap, warnInterval } = config.zmq;
  const selection = new Selection({ quotes: quotesOf(config) });
  const seldom = new Seldom(world.time, warnInterval);
  return { ...common(config, world), ...AT_ONCE, name: 'zmq', selection, cap, seldom };
}

function unusable(sink: SinkName): (cause: unknown) => never {
  return cause => {
    throw new SinkError(sink, cause);
  };
}

async function redisOptions(config: AloneConfig, world: SinkWorld): Promise<EventSinkOptions> {
  // Loading the client takes memory and an eighth of a second, for which the ingester of minutes has no use.
  const [{ RedisOutlet }, { RedisConnection }, { EventWrites }] = await Promise.all([
    import('../sinks/redis/redis.ts'),
    import('../../platform/redis/connection.ts'),
    import('../sinks/redis/writes.ts'),
  ]);
  const { market, redis, ndjson } = config;
  const { time, logger } = world;
  const connection = new RedisConnection(redis.url ?? '', time);
  const writes = new EventWrites(market);
  const seldom = new Seldom(time, ndjson.warnInterval);
  const outlet = new RedisOutlet({ connection, writes, lane: randomUUID(), seldom, logger });
  const selection = new Selection({ include: writes.patterns, quotes: quotesOf(config) });
  const flush = { flushEvery: 5_000, flushInterval: 50 };
  return { ...common(config, world), name: 'redis', outlet, selection, cap: redis.cap, ...flush };
}

function common({ ndjson }: AloneConfig, { time, logger, onGone }: SinkWorld) {
  return { time, logger, onGone, seldom: new Seldom(time, ndjson.warnInterval) };
}

function quotesOf({ market }: AloneConfig): ReadonlySet<string> {
  return new Set(passedOnRows[market].filter(row => row.counts === 'quotes').map(row => row.kind));
}
