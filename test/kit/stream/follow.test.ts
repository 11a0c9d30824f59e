/** Following a stream over the local Kinesis: every shard, through reshards, troubles and pauses. */
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { barText } from '../../../kit/bar.ts';
import type { Refused } from '../../../kit/event.ts';
import type { Checkpoint } from '../../../kit/stream/checkpoint.ts';
import { type Followed, followEvents, followStream } from '../../../kit/stream/follow.ts';
import type { FollowOptions } from '../../../kit/stream/follower.ts';
import { bar } from '../support/bars.ts';
import { eventLine } from '../support/events.ts';
import { LocalKinesis } from '../support/local-kinesis.ts';

const SYMBOLS = ['AAPL', 'MSFT', 'BRK.B', 'TSLA', 'SPY', 'QQQ', 'NVDA', 'AMD'];

let local: LocalKinesis;
let stream: string;
let streams = 0;
let version = 0;

beforeAll(async () => {
  local = await LocalKinesis.start();
});

beforeEach(async () => {
  stream = `bars-${++streams}`;
  version = 0;
  await local.create(stream, 2);
});

afterEach(() => {
  local.ahead = 0;
  local.trouble = () => undefined;
  local.onAnswered = () => {};
});

afterAll(() => local[Symbol.asyncDispose]());

const follow = (options: Partial<FollowOptions> = {}) =>
  followStream({ stream, from: 'TRIM_HORIZON', client: local.client, pollMs: 2, ...options });

/** One bar of each symbol, all with the next version. */
async function putRound(): Promise<void> {
  version++;
  await local.put(
    stream,
    SYMBOLS.map(symbol => ({ key: symbol, text: barText(bar({ symbol, version })) })),
  );
}

/** The first so many records. */
async function take(count: number, records: AsyncIterable<Followed>): Promise<Followed[]> {
  const taken: Followed[] = [];
  for await (const each of records) if (taken.push(each) === count) break;
  return taken;
}

/** The versions of each symbol, in the order in which they came. */
function versions(records: readonly Followed[]): Record<string, number[]> {
  const bars = records.flatMap(({ record }) => (record.type === 'bar' ? [record] : []));
  const of = (symbol: string) => bars.filter(each => each.symbol === symbol).map(each => each.version);
  return Object.fromEntries(bars.map(({ symbol }) => [symbol, of(symbol)]));
}

const each = (...expected: number[]) => Object.fromEntries(SYMBOLS.map(symbol => [symbol, expected]));

describe('a stream is followed', () => {
  test('from the oldest record on, each symbol in order, through splits and merges', async () => {
    await putRound();
    await local.reshard(stream, 'split');
    await putRound();
    await local.reshard(stream, 'split');
    await putRound();
    await local.reshard(stream, 'merge');
    await putRound();
    const taken = await take(4 * SYMBOLS.length, follow());
    expect(versions(taken)).toEqual(each(1, 2, 3, 4));
    expect(new Set(taken.map(({ shardId }) => shardId)).size).toBeGreaterThan(6);
    expect(taken[0]?.text).toBe(barText(bar({ symbol: `${Object(taken[0]?.record).symbol}` })));
  });

  test('through reshards that come while it is followed', async () => {
    const seen: Followed[] = [];
    const rounds = [() => local.reshard(stream, 'split'), () => local.reshard(stream, 'merge')];
    await putRound();
    for await (const followed of follow()) {
      seen.push(followed);
      if (seen.length % SYMBOLS.length !== 0) continue;
      const next = rounds.shift();
      if (next === undefined) break;
      await next();
      await putRound();
    }
    expect(versions(seen)).toEqual(each(1, 2, 3));
  });

  test('from now on, without what stands there, wherever the two clocks are', async () => {
    local.ahead = -5_000;
    await putRound();
    await local.reshard(stream, 'split');
    await putRound();
    let isPut = false;
    let asked = 0;
    local.onAnswered = operation => {
      if (operation === 'GetRecords') asked++;
      // Each of the four open shards has been asked.
      if (asked < 4 || isPut) return;
      isPut = true;
      void putRound();
    };
    expect(versions(await take(SYMBOLS.length, follow({ from: 'LATEST' })))).toEqual(each(3));
  });

  test('from an instant on that is over', async () => {
    local.ahead = -120_000;
    await local.create(`${stream}-past`, 2);
    stream = `${stream}-past`;
    await putRound();
    local.ahead = 0;
    await putRound();
    const taken = await take(SYMBOLS.length, follow({ from: new Date(Date.now() - 60_000) }));
    expect(versions(taken)).toEqual(each(2));
    expect(() => follow({ from: new Date(Date.now() + 60_000) })).toThrow('use an instant that is over');
    expect(() => follow({ from: new Date('soon') })).toThrow('use an instant that is over');
  });

  test('from a checkpoint on, whatever happened to the shards meanwhile', async () => {
    await putRound();
    await local.reshard(stream, 'split');
    await putRound();
    const all: Followed[] = [];
    let from: FollowOptions['from'] = 'TRIM_HORIZON';
    for (const [index, count] of [3, 6, 10, 13].entries()) {
      const follower = follow({ from });
      all.push(...(await take(count, follower)));
      const checkpoint: Checkpoint = JSON.parse(JSON.stringify(follower.checkpoint));
      from = checkpoint;
      if (index === 1) await local.reshard(stream, 'merge');
      if (index === 1) await putRound();
      if (index === 2) await putRound();
    }
    expect(versions(all)).toEqual(each(1, 2, 3, 4));
    expect(new Set(all.map(({ sequenceNumber }) => sequenceNumber)).size).toBe(all.length);
    expect(() => followStream({ stream: 'another', from })).toThrow(
      `the checkpoint is of stream '${stream}': use one of 'another'`,
    );
  });

  test('whatever passes by itself: throttling, ended connections, expired iterators', async () => {
    await putRound();
    const troubles: string[] = [];
    let requests = 0;
    local.trouble = operation => {
      if (operation === 'PutRecords') return undefined;
      requests++;
      if (requests % 4 === 2) return 'ProvisionedThroughputExceededException';
      if (requests % 4 === 3) return 'hang up';
      return requests % 9 === 0 ? 'ExpiredIteratorException' : undefined;
    };
    const seen: Followed[] = [];
    for await (const followed of follow({ onTrouble: ({ name }) => troubles.push(name) })) {
      seen.push(followed);
      if (seen.length === SYMBOLS.length) {
        // Longer than an iterator is good.
        local.ahead += 400_000;
        await putRound();
      }
      if (seen.length === 2 * SYMBOLS.length) break;
    }
    expect(versions(seen)).toEqual(each(1, 2));
    expect(troubles).toContain('ProvisionedThroughputExceededException');
  });

  test('until the signal aborts, even while nothing comes', async () => {
    const stop = new AbortController();
    local.onAnswered = operation => operation === 'GetRecords' && stop.abort();
    expect(await take(1, follow({ signal: stop.signal, pollMs: 60_000 }))).toEqual([]);
    expect(await take(1, follow({ signal: AbortSignal.abort() }))).toEqual([]);
  });
});

test('records that cannot be read are handed over, others are counted, and what follows comes', async () => {
  await local.put(stream, [
    { key: 'a', text: 'bad' },
    { key: 'a', text: '{"type":"later"}' },
    { key: 'a', text: barText(bar()) },
  ]);
  const refused: Refused[] = [];
  const follower = follow({ onRefused: record => refused.push(record) });
  expect(versions(await take(1, follower))).toEqual({ AAPL: [1] });
  expect(refused).toMatchObject([{ reason: 'record is "bad": not JSON', partitionKey: 'a', stream }]);
  expect(follower.skipped).toEqual({ kpl: 0, unknownType: 1 });
});

test('events are handed out one by one, and a record that was not handed out to its end comes again whole', async () => {
  const packed = (...seqs: number[]) => gzipSync(seqs.map(seq => `${eventLine(seq)}\n`).join(''));
  await local.put(
    stream,
    [packed(1, 2, 3), Buffer.from('bad'), packed(4, 5)].map(text => ({ key: 'a', text })),
  );
  const refused: Refused[] = [];
  const seqs: number[] = [];
  let from: FollowOptions['from'] = 'TRIM_HORIZON';
  for (const count of [2, 3, 2]) {
    const follower = followEvents({
      ...{ stream, from, client: local.client, pollMs: 2 },
      onRefused: each => refused.push(each),
    });
    let left = count;
    for await (const { event } of follower) {
      seqs.push(event.seq);
      if (--left === 0) break;
    }
    from = follower.checkpoint;
  }
  expect(seqs).toEqual([1, 2, 1, 2, 3, 4, 5]);
  expect(refused).toMatchObject([{ reason: expect.stringContaining('record is no gzip'), stream }]);
});

test('a stream that is not there is no trouble that passes', async () => {
  await expect(take(1, follow({ stream: 'nowhere' }))).rejects.toThrow('Stream nowhere not found.');
});
