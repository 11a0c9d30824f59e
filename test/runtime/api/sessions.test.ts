/** The record of sessions over the API: every session once, in either order and page by page, and what its state is. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sessionEvents, type TermRecord } from '../../../runtime/tables/sessions/session-record.ts';
import { SessionTable } from '../../../runtime/tables/sessions/session-table.ts';
import { AskedApi } from './support/asked.ts';

const DAY = 86_400_000;
const OPEN = Date.parse('2025-11-17T14:30:00Z');
const CLOSE = Date.parse('2025-11-17T21:00:00Z');
let api: AskedApi;

const term = (day: number, changes: Partial<TermRecord> = {}): TermRecord => ({
  ...{ date: `2025-11-${17 + day}`, session: 'regular', start: OPEN + day * DAY, end: CLOSE + day * DAY },
  ...{ epoch: 1, release: 'Barflow test', received: 10, published: 12, repeated: 1, corrected: 2 },
  ...{ backfilled: 3, quarantined: 0, handOvers: 0, takeOvers: 0, symbols: 4, blind: [] },
  ...{ reconnections: {}, events: [] },
  ...changes,
});

beforeAll(async () => {
  api = await AskedApi.start();
  const table = new SessionTable(api.client, 'sessions', 'test/stocks');
  for (const day of [0, 1, 2]) await table.put(term(day), OPEN);
  // A second task took over in the third.
  const event = {
    event: sessionEvents.reconnect,
    at: OPEN + 2 * DAY + 60_000,
    cause: 'closed by the server (1011)',
  };
  await table.put(
    term(2, {
      ...{
        epoch: 2,
        received: 5,
        published: 5,
        takeOvers: 1,
        blind: [[OPEN + 2 * DAY, OPEN + 2 * DAY + 120_000]],
      },
      ...{ reconnections: { 'closed by the server (1011)': 1 }, events: [event] },
    }),
    OPEN,
  );
  const skipped = { event: sessionEvents.skipped, at: OPEN + 3 * DAY };
  await table.put(term(3, { received: 0, published: 0, symbols: 0, events: [skipped] }), OPEN);
});
afterAll(() => api[Symbol.asyncDispose]());

interface Page {
  readonly sessions: readonly (TermRecord & { readonly state: string; readonly uncovered: number })[];
  readonly nextCursor?: string;
}

const pagesOf = (address: string) => api.pages<Page>(address);

test('what all tasks counted of a session is added up', async () => {
  const [page] = await pagesOf(`/v1/sessions?from=${OPEN + 2 * DAY}&to=${OPEN + 3 * DAY}`);
  expect(page?.sessions).toMatchObject([
    {
      ...{ date: '2025-11-19', received: 15, published: 17, uncovered: 2, takeOvers: 1, symbols: 4 },
      reconnections: { 'closed by the server (1011)': 1 },
    },
  ]);
});

test.each([
  ['asc', 1],
  ['asc', 3],
  ['desc', 1],
  ['desc', 2],
  ['desc', 1_000],
])('sessions come %s, %i a page', async (order, limit) => {
  const pages = await pagesOf(`/v1/sessions?order=${order}&limit=${limit}`);
  const dates = ['2025-11-17', '2025-11-18', '2025-11-19', '2025-11-20'];
  const told = pages.flatMap(({ sessions }) => sessions.map(({ date }) => date));
  expect(told).toEqual(order === 'asc' ? dates : dates.reverse());
  expect(pages).toHaveLength(Math.ceil(4 / limit));
});

test('a session is open until its last minute is there, and skipped where it was a holiday', async () => {
  const [page] = await pagesOf('/v1/sessions?');
  expect(page?.sessions.map(({ state }) => state)).toEqual(['open', 'open', 'open', 'skipped']);
});
