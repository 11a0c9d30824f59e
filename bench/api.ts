/** How long the query function takes: 1,000 stored bars, and the minutes of a session from a log that it has not read yet, against the local DynamoDB. */
import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { credentials, region } from '../local/engine/account.ts';
import { LocalServer } from '../local/engine/server.ts';
import { barsAnswer } from '../runtime/api/bars/bars.ts';
import { barsQuery } from '../runtime/api/contract/queries.ts';
import { feedOf } from '../runtime/api/feed/feed.ts';
import { readQuery } from '../runtime/api/http/query.ts';
import { responseOf } from '../runtime/api/http/response.ts';
import { calendarOf } from '../runtime/markets/calendar.ts';
import { MINUTE } from '../runtime/markets/timeframe.ts';
import { Windows } from '../runtime/markets/window.ts';
import { dynamoDbClient } from '../runtime/platform/aws.ts';
import { SLOTS, slotOf } from '../runtime/records/slot.ts';
import type { Item } from '../runtime/tables/bars/bar-item.ts';
import { encodeBody } from '../runtime/tables/chunks/chunk-body.ts';
import { chunkItem } from '../runtime/tables/chunks/chunk-item.ts';
import type { Benchmark, Row } from './harness.ts';
import { sampleBar, sampleSymbols } from './sample.ts';
import { FOR_EVER, fill, storedBars } from './stored-bars.ts';

const [OPEN, CLOSE] = ['14:30', '21:00'].map(time => Date.parse(`2025-11-20T${time}:00Z`));
const FROM = OPEN ?? 0;
const TO = CLOSE ?? 0;
const BARS = 1_000;
const windows = new Windows(calendarOf('stocks'), 'clock');
const signal = new AbortController().signal;

export const apiBenchmark: Benchmark = {
  name: 'api',
  async run(say) {
    const server = await LocalServer.start('dynamodb');
    const client = dynamoDbClient({ region, credentials, endpoint: server.endpoint });
    try {
      const [symbol = ''] = sampleSymbols(1);
      await createTable(client, 'bars');
      await fill(client, 'bars', storedBars(symbol, BARS, FROM));
      const rows = [];
      await createTable(client, 'none');
      say('stored bars');
      const stored = await times(client, 'none', `symbols=${symbol}&timeframe=5m&order=desc`, 200, false);
      rows.push(...rowsOf(`${BARS} stored bars, asked again and again`, stored, 100));
      for (const [symbols, limit] of [
        [2_000, 100],
        [11_000, 400],
      ] as const) {
        say(`minutes of ${symbols} symbols`);
        await createTable(client, `log-${symbols}`);
        await fill(client, `log-${symbols}`, sessionLog(symbol, symbols));
        const query = `symbols=${symbol}&timeframe=1m&from=${FROM}&to=${TO}`;
        const cold = await times(client, `log-${symbols}`, query, 40, true);
        rows.push(...rowsOf(`a session of 1m at ${symbols} symbols, its log not read yet`, cold, limit));
        const warm = await times(client, `log-${symbols}`, query, 100, false);
        rows.push(...rowsOf(`a session of 1m at ${symbols} symbols, again`, warm, limit));
      }
      return rows;
    } finally {
      client.destroy();
      await server.stop();
    }
  },
};

function rowsOf(what: string, taken: readonly number[], limit: number): Row[] {
  const sorted = taken.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
  return [
    { what: `${what}: p50`, unit: 'ms', median: at(0.5), range: [at(0.5), at(0.5)] },
    {
      ...{ what: `${what}: p99`, unit: 'ms', median: at(0.99), range: [at(0.99), at(0.99)] },
      target: { kind: 'at most', value: limit },
    },
  ];
}

/** Milliseconds by the clock of each answer. @param isCold whether every one starts with nothing remembered */
async function times(client: DynamoDBClient, log: string, query: string, count: number, isCold: boolean) {
  const newFeed = () =>
    feedOf(
      {
        ...{ environment: 'bench', feed: 'stocks', market: 'stocks', alignment: 'clock', confirmedDays: {} },
        ...{ delay: 0, slots: [], alarmPrefix: '', stateTable: log, barsTable: 'bars' },
        ...{ leaseTable: 'none', memoryTable: 'none', sessionsTable: 'none' },
      },
      { client, wallClock: Date.now, logger: console },
    );
  const request = { routeKey: '', query, path: {}, at: TO, id: '', header: () => 'gzip' };
  let feed = newFeed();
  const taken: number[] = [];
  for (let round = -2; round < count; round++) {
    if (isCold) feed = newFeed();
    const start = performance.now();
    responseOf(request, await barsAnswer(feed, readQuery(barsQuery, query), request, signal));
    if (round >= 0) taken.push(performance.now() - start);
  }
  return taken;
}

/** The log of the symbol's slot in a market of so many symbols: a chunk a minute. */
function* sessionLog(symbol: string, symbols: number): Generator<Item> {
  const slot = slotOf(symbol);
  const others = sampleSymbols(4 * symbols).filter(each => each !== symbol && slotOf(each) === slot);
  const members = [symbol, ...others].slice(0, Math.ceil(symbols / SLOTS));
  const places = new Map<number, number>();
  for (let start = FROM; start < TO; start += MINUTE) {
    const block = windows.blockOf(start);
    const n = places.get(block.start) ?? 0;
    places.set(block.start, n + 1);
    const minutes = members.map((member, rank) => ({
      ...sampleBar(member, rank, start),
      version: start + MINUTE,
    }));
    const place = { slot, blockStart: block.start, n, first: 1n, last: BigInt(start) };
    const marks = { through: start + MINUTE, slotThrough: start + MINUTE, expires: FOR_EVER };
    const report = { symbols: members.length, uncovered: 0, emitted: start };
    yield chunkItem({ ...place, ...marks, report, body: encodeBody({ minutes, marks: [] }, block.start) });
  }
}

async function createTable(client: DynamoDBClient, TableName: string): Promise<void> {
  await client.send(
    new CreateTableCommand({
      ...{ TableName, BillingMode: 'PAY_PER_REQUEST' },
      AttributeDefinitions: ['pk', 'sk'].map(AttributeName => ({
        AttributeName,
        AttributeType: 'S' as const,
      })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
}
