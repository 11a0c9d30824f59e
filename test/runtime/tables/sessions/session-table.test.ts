/** Sessions in their table: whoever held the lease says its part, and readers see the sum. */
import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TermRecord } from '../../../../runtime/tables/sessions/session-record.ts';
import { SessionSymbols } from '../../../../runtime/tables/sessions/session-symbols.ts';
import { SessionTable } from '../../../../runtime/tables/sessions/session-table.ts';
import { createTable, LocalServers } from '../../../support/local-servers.ts';

const MINUTE = 60_000;
const OPEN = Date.parse('2025-11-20T14:30:00Z');
const NOW = Date.parse('2026-01-01T00:00:00Z');
const TABLE = 'sessions';

let servers: LocalServers;
let client: DynamoDBClient;
let sessions: SessionTable;

beforeAll(async () => {
  servers = await LocalServers.start();
  client = new DynamoDBClient({});
  await createTable(client, TABLE, 'S');
  sessions = new SessionTable(client, TABLE, 'test/stocks');
});
afterAll(async () => {
  client.destroy();
  await servers[Symbol.asyncDispose]();
});

function term(changes: Partial<TermRecord> = {}): TermRecord {
  return {
    ...{ date: '2025-11-20', session: 'regular', start: OPEN, end: OPEN + 390 * MINUTE },
    ...{ epoch: 1, release: '1.0.0', received: 0, published: 0, repeated: 0, corrected: 0, backfilled: 0 },
    ...{ quarantined: 0, handOvers: 0, takeOvers: 0, symbols: 0, blind: [], reconnections: {}, events: [] },
    ...changes,
  };
}

describe('what holders say one after another of a session', () => {
  test('is added up, in whatever order it was written, and written again it counts once', async () => {
    const first = term({
      ...{ received: 10, published: 9, repeated: 2, corrected: 1, quarantined: 3, symbols: 5 },
      ...{ firstMinute: OPEN, lastMinute: OPEN + 5 * MINUTE, release: '1.0.0' },
      ...{ blind: [[OPEN, OPEN + 2 * MINUTE]], missing: [[OPEN + MINUTE, OPEN + 9 * MINUTE]] },
      ...{ reconnections: { mute: 1, closed: 2 } },
      events: [{ event: 'intraday_session_start', at: OPEN }],
    });
    const second = term({
      ...{ epoch: 12, release: '1.1.0', received: 5, published: 7, backfilled: 4, symbols: 8, takeOvers: 1 },
      ...{ firstMinute: OPEN + 3 * MINUTE, lastMinute: OPEN + 7 * MINUTE, reconnections: { mute: 1 } },
      // What was tried for before, and has come meanwhile, is missing no more.
      missing: [[OPEN + 8 * MINUTE, OPEN + 9 * MINUTE]],
      events: [{ event: 'intraday_session_handover', at: OPEN + 6 * MINUTE, cause: 'ran out' }],
    });
    await sessions.put(second, NOW);
    await sessions.put(term({ received: 3 }), NOW);
    await sessions.put(first, NOW);
    expect(await sessions.get(OPEN)).toEqual({
      ...{ date: '2025-11-20', session: 'regular', start: OPEN, end: OPEN + 390 * MINUTE },
      ...{ firstMinute: OPEN, lastMinute: OPEN + 7 * MINUTE },
      ...{ received: 15, published: 16, repeated: 2, corrected: 1, backfilled: 4, uncovered: 3 },
      ...{ symbols: 8, quarantined: 3, handOvers: 0, takeOvers: 1 },
      ...{ reconnections: { mute: 2, closed: 2 }, releases: ['1.0.0', '1.1.0'] },
      events: [...first.events, ...second.events],
    });
  });

  test('leaves standing what is missing while a successor does not know it', async () => {
    const start = OPEN - 390 * MINUTE;
    await sessions.put(term({ start, missing: [[start, start + MINUTE]] }), NOW);
    await sessions.put(term({ start, epoch: 2 }), NOW);
    expect(await sessions.get(start)).toMatchObject({ uncovered: 1 });
    await sessions.put(term({ start, epoch: 2, missing: [] }), NOW);
    expect(await sessions.get(start)).toMatchObject({ uncovered: 0 });
  });

  test('begins and ends once, whoever noticed it first', async () => {
    const start = OPEN - 2 * 390 * MINUTE;
    const [begins, ends] = ['intraday_session_start', 'intraday_session_end'] as const;
    const event = 'intraday_session_reconnect' as const;
    await sessions.put(
      term({
        start,
        events: [
          { event: begins, at: 1 },
          { event, at: 2 },
          { event: ends, at: 5 },
        ],
      }),
      NOW,
    );
    const events = [
      { event: begins, at: 3 },
      { event, at: 4 },
      { event: ends, at: 6 },
    ];
    await sessions.put(term({ start, epoch: 2, events }), NOW);
    const record = await sessions.get(start);
    expect(record?.events.map(({ at }) => at)).toEqual([1, 2, 4, 5]);
  });

  test('is kept for 400 days, and says whose it is', async () => {
    const { Items = [] } = await client.send(new ScanCommand({ TableName: TABLE }));
    for (const { expires, belongsTo } of Items) {
      expect(Number(expires?.N)).toBe(NOW / 1_000 + 400 * 86_400);
      expect(belongsTo?.S).toBe('test/stocks');
    }
    await expect(new SessionTable(client, TABLE, 'prod/stocks').get(OPEN)).rejects.toThrow(
      "table 'sessions' belongs to test/stocks, and this is prod/stocks",
    );
  });
});

test('sessions that lack minutes which somebody tries for are told apart, by the last who knew', async () => {
  const start = OPEN + 50 * 86_400_000;
  const lacking: TermRecord['missing'] = [[start, start + MINUTE]];
  await sessions.put(term({ start, missing: lacking }), NOW);
  await sessions.put(term({ start, epoch: 2 }), NOW);
  await sessions.put(term({ start: start + 1, missing: lacking }), NOW);
  await sessions.put(term({ start: start + 1, epoch: 2, missing: [] }), NOW);
  await sessions.put(term({ start: start + 2, blind: [[start, start + MINUTE]] }), NOW);
  expect(await sessions.withMissing(start)).toEqual([start]);
});

test('what is said of a session that nobody held is said once', async () => {
  const start = OPEN + 7 * 86_400_000;
  expect(await sessions.putFirst(term({ start, epoch: 0 }), NOW)).toBe(true);
  expect(await sessions.putFirst(term({ start, epoch: 0, received: 1 }), NOW)).toBe(false);
  expect(await sessions.get(start)).toMatchObject({ received: 0 });
});

test.each(['asc', 'desc'] as const)('pages of sessions, %s, tile the range', async order => {
  const days = [0, 1, 2, 3, 4].map(day => OPEN + (100 + day) * 86_400_000);
  for (const start of days)
    for (const epoch of [1, 2]) await sessions.put(term({ start, epoch, received: 1 }), NOW);
  const found: number[] = [];
  let [from, to] = [days[0] ?? 0, days[4]];
  for (;;) {
    const { sessions: page, next } = await sessions.range({ from, ...(to && { to }), limit: 3, order });
    expect(page.every(({ received }) => received === 2)).toBe(true);
    found.push(...page.map(({ start }) => start));
    if (next === undefined) break;
    if (order === 'asc') from = next;
    else to = next + 1;
  }
  const expected = days.slice(0, 4);
  expect(found).toEqual(order === 'asc' ? expected : expected.reverse());
  expect(await sessions.range({ from: 7, to: 7, limit: 1 })).toEqual({ sessions: [] });
});

test('symbols are joined slot by slot, whoever adds them', async () => {
  const symbols = new SessionSymbols(client, TABLE, 'test/stocks');
  await symbols.add(OPEN, ['AAPL', 'MSFT'], NOW);
  await symbols.add(OPEN, ['MSFT', 'BRK.B'], NOW);
  await symbols.add(OPEN + MINUTE, ['IBM'], NOW);
  expect([...(await symbols.load(OPEN))].sort()).toEqual(['AAPL', 'BRK.B', 'MSFT']);
  await expect(new SessionSymbols(client, TABLE, 'prod/stocks').load(OPEN)).rejects.toThrow('belongs to');
});

describe('what another release has written', () => {
  const start = OPEN + 20 * 86_400_000;
  /** As that release would. */
  const written = async (record: unknown, at: number, epoch = 7) => {
    const Item = {
      pk: { S: 'sessions' },
      sk: { S: `${at}#${`${epoch}`.padStart(10, '0')}` },
      record: { S: typeof record === 'string' ? record : JSON.stringify(record) },
    };
    await client.send(new PutItemCommand({ TableName: TABLE, Item }));
  };
  const said: unknown[][] = [];
  const read = () => {
    const logger = { warn: (...line: unknown[]) => void said.push(line) };
    return new SessionTable(client, TABLE, 'test/stocks', logger);
  };

  test('is read but for events that this one does not know', async () => {
    const known = { event: 'intraday_session_start', at: start } as const;
    const events = [known, { event: 'intraday_session_paused', at: start + 1, by: 'somebody' }];
    await written({ ...term({ start, received: 4 }), events, more: true }, start);
    expect(await read().get(start)).toMatchObject({ received: 4, events: [known] });
    expect(said).toEqual([]);
  });

  test.each([
    ['is no record', { start: 'today' }],
    ['is no JSON', '{'],
  ])('is left out where it %s, and said once, and all others are read', async (_, record) => {
    said.length = 0;
    await written(record, start + 1);
    await written(record, start + 2);
    await sessions.put(term({ start: start + 2, received: 3 }), NOW);
    const table = read();
    for (let looks = 0; looks < 2; looks++) {
      const { sessions: found } = await table.range({ from: start, to: start + 3, limit: 10 });
      expect(found.map(each => each.start)).toEqual([start, start + 2]);
      expect(found.at(-1)).toMatchObject({ received: 3 });
      expect(await table.withMissing(start)).not.toContain(start + 1);
    }
    expect(said).toMatchObject(
      [1, 2].map(n => ['the record of a session cannot be read', { key: `${start + n}#0000000007` }]),
    );
  });
});
