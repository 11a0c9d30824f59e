/** The law of the bar store, on a real table: no lower version ever takes the place of a higher one, whatever is delivered twice, late, again, or lost. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { isNewer, type LongerBar } from '../../../kit/index.ts';
import { BarStore } from '../../../runtime/bar-store/bar-store.ts';
import { Persistence } from '../../../runtime/bar-store/persistence.ts';
import { dynamoDbClient } from '../../../runtime/platform/aws.ts';
import { defaultStoreDays } from '../../../runtime/platform/store-days.ts';
import { decodeRolledBar } from '../../../runtime/records/decode.ts';
import { BarTable } from '../../../runtime/tables/bars/bar-table.ts';
import { DAY, SymbolRegistry } from '../../../runtime/tables/bars/symbol-registry.ts';
import { bar, START } from '../../kit/support/bars.ts';
import { createTable, LocalServers } from '../../support/local-servers.ts';
import { Random } from '../../support/random.ts';

const TRIALS = 6;
const { signal } = new AbortController();

let servers: LocalServers;
beforeAll(async () => {
  servers = await LocalServers.start();
});
afterAll(async () => servers[Symbol.asyncDispose]());

/** Requests wait, are lost, are refused for want of room, or take effect although their answer is lost. */
function trouble(client: DynamoDBClient, random: Random): void {
  client.middlewareStack.add(
    next => async args => {
      for (let turns = random.below(4); turns > 0; turns--) await new Promise(setImmediate);
      if (random.chance(0.05)) throw new Error('the request is lost');
      if (random.chance(0.1)) throw Object.assign(new Error('no room'), { name: 'ThrottlingException' });
      const answer = await next(args);
      if (random.chance(0.1)) throw new Error('the answer is lost');
      return answer;
    },
    { step: 'initialize', priority: 'high' },
  );
}

/** Every version of a few bars, some of them of open windows too. */
function history(random: Random): LongerBar[] {
  const identities = Array.from({ length: 4 }, (_, n) => ({
    symbol: n < 2 ? 'AAPL' : `S${n}`,
    start: START + (n % 2) * random.below(3) * DAY,
  }));
  return identities.flatMap(identity =>
    Array.from({ length: 5 }, () =>
      bar({ ...identity, version: random.between(1, 6), final: random.chance(0.7) }),
    ),
  );
}

test('no lower version ever takes the place of a higher, under duplicates, other orders, replays and crashes', async () => {
  for (let seed = 1; seed <= TRIALS; seed++) {
    const random = new Random(seed);
    const name = `bars-${seed}`;
    const quiet = dynamoDbClient();
    await createTable(quiet, name, 'S');
    const bars = history(random);
    const reader = watch(new BarTable(quiet, name), bars);
    await Promise.all(Array.from({ length: 3 }, () => work(name, bars, random)));
    const seen = await reader.end();
    const highest = bars.filter(each => !bars.some(other => isSame(other, each) && isNewer(other, each)));
    for (const each of highest) expect([seed, seen.get(keyOf(each))]).toEqual([seed, each]);
    const { known } = await new SymbolRegistry(quiet, name).read(['AAPL', 'S2', 'S3'], signal);
    for (const { symbol, firstDay, lastDay } of known) {
      const days = bars
        .filter(each => each.symbol === symbol)
        .map(({ start }) => Math.floor(start / DAY) * DAY);
      expect([seed, firstDay, lastDay]).toEqual([seed, Math.min(...days), Math.max(...days)]);
    }
    expect(known).toHaveLength(3);
    quiet.destroy();
  }
});

/** A worker: everything in an order of its own, some of it twice, each batch again until it is done with; it dies now and then. */
async function work(name: string, bars: readonly LongerBar[], random: Random): Promise<void> {
  const delivered = random.shuffled([...bars, ...bars.filter(() => random.chance(0.3))]);
  const start = () => {
    const client = dynamoDbClient();
    trouble(client, random);
    return {
      client,
      store: new BarStore({
        table: new BarTable(client, name),
        registry: new SymbolRegistry(client, name),
        days: defaultStoreDays,
        wallClock: () => START,
        persistence: new Persistence({ first: 0, longest: 0 }),
      }),
    };
  };
  let worker = start();
  while (delivered.length > 0) {
    const batch = delivered.slice(0, random.between(1, 9));
    try {
      await worker.store.write(batch, signal);
      delivered.splice(0, batch.length);
    } catch {
      if (!random.chance(0.3)) continue;
      worker.client.destroy();
      worker = start();
    }
  }
  worker.client.destroy();
}

/** Looks at every bar again and again. @throws when one of them goes back to what is older */
function watch(table: BarTable, bars: readonly LongerBar[]) {
  const seen = new Map<string, LongerBar>();
  const symbols = new Set(bars.map(({ symbol }) => symbol));
  let isOver = false;
  const look = async () => {
    for (const symbol of symbols) {
      const page = await table.range({ symbol, timeframe: '5m', limit: 100 }, signal);
      for (const { text } of page.bars) {
        const read = decodeRolledBar(text);
        if ('reason' in read) throw new Error(read.reason);
        const now: LongerBar = { type: 'bar', ...read };
        const before = seen.get(keyOf(now));
        if (before && isNewer(before, now)) throw new Error(`${keyOf(now)} went back to ${now.version}`);
        seen.set(keyOf(now), now);
      }
    }
  };
  const looking = (async () => {
    while (!isOver) await look();
    await look();
  })();
  return {
    async end() {
      isOver = true;
      await looking;
      return seen;
    },
  };
}

const keyOf = ({ symbol, start }: LongerBar) => `${symbol} ${start}`;
const isSame = (a: LongerBar, b: LongerBar) => keyOf(a) === keyOf(b);
