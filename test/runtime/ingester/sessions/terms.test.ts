/** What one holder of the lease after another says of a session: nothing that was counted is lost with a lease, and nothing stands that is over. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SessionBook } from '../../../../runtime/ingester/sessions/session-book.ts';
import { SessionRecorder } from '../../../../runtime/ingester/sessions/session-recorder.ts';
import { calendarOf } from '../../../../runtime/markets/calendar.ts';
import { EventClock } from '../../../../runtime/platform/clock.ts';
import { SessionSymbols } from '../../../../runtime/tables/sessions/session-symbols.ts';
import { SessionTable } from '../../../../runtime/tables/sessions/session-table.ts';
import { createTable, LocalServers } from '../../../support/local-servers.ts';

const MINUTE = 60_000;
const OPEN = Date.parse('2025-11-20T14:30:00Z');
const calendar = calendarOf('stocks');
/** The session before it begins. */
const PRE = calendar.sessionAt(OPEN - MINUTE).start;
let servers: LocalServers;
let client: DynamoDBClient;
let isAway = false;
let tables = 0;

beforeAll(async () => {
  servers = await LocalServers.start();
  client = new DynamoDBClient({ maxAttempts: 1 });
  client.middlewareStack.add(
    next => args => {
      if (isAway) throw new Error('the table is away');
      return next(args);
    },
    { step: 'initialize' },
  );
});
afterAll(async () => {
  client.destroy();
  await servers[Symbol.asyncDispose]();
});

/** A feed's record, and holders of its lease. */
async function feed() {
  const name = `sessions-${tables++}`;
  await createTable(client, name, 'S');
  const sessions = new SessionTable(client, name);
  const said: string[] = [];
  const logger = { info: () => {}, warn: (...[line]: unknown[]) => void said.push(String(line)) };
  const holder = (missing: () => ReadonlySet<number> | undefined = () => new Set()) => {
    const now = () => OPEN + 10 * MINUTE;
    const book = new SessionBook({ calendar, now, logger });
    const symbols = new SessionSymbols(client, name);
    return {
      book,
      recorder: new SessionRecorder({
        ...{
          book,
          calendar,
          now,
          logger,
          missing,
          clock: new EventClock({ now: now(), speed: 0 }),
          through: () => OPEN,
        },
        tables: { sessions, symbols },
      }),
    };
  };
  return { sessions, said, holder };
}

const before = { owner: 'another', through: OPEN };

test('what was counted while the table was away, and took the lease along, is told once it is back', async () => {
  const { sessions, said, holder } = await feed();
  const { book, recorder } = holder();
  recorder.begin(1, before, 'ran out');
  book.at(OPEN).received++;
  await recorder.save();
  isAway = true;
  book.at(OPEN).received += 2;
  await recorder.save();
  isAway = false;
  // It is the next holder, too.
  recorder.begin(2, before, 'ran out');
  book.at(OPEN).received += 4;
  await recorder.save();
  expect(await sessions.get(OPEN)).toMatchObject({ received: 7, takeOvers: 2 });
  expect(said).toEqual(['the record of the session cannot be written']);
});

test('minutes that came before a crash, and that the one who crashed still called missing, are not missing for ever', async () => {
  const { sessions, holder } = await feed();
  const first = holder(() => new Set([PRE, PRE + MINUTE]));
  first.recorder.begin(1, before, 'ran out');
  await first.recorder.save();
  expect(await sessions.get(PRE)).toMatchObject({ uncovered: 2 });
  // They come, are taken from what is missing, and there it crashes.
  let missing: ReadonlySet<number> | undefined;
  const second = holder(() => missing);
  second.recorder.begin(2, before, 'ran out');
  await second.recorder.save();
  expect(await sessions.get(PRE)).toMatchObject({ uncovered: 2 });
  missing = new Set();
  await second.recorder.save();
  expect(await sessions.get(PRE)).toMatchObject({ uncovered: 0 });
});

test('a session whose holder died between its end and the record of it has ended all the same', async () => {
  const { sessions, holder } = await feed();
  const { recorder } = holder();
  recorder.begin(1, before, 'ran out');
  await recorder.save();
  const record = await sessions.get(PRE);
  expect(record?.events.map(({ event }) => event)).toContain('intraday_session_end');
});

test('sessions that passed while nobody held the lease began and ended when they did, not when somebody noticed', async () => {
  const { sessions, holder } = await feed();
  const { recorder } = holder();
  recorder.begin(1, { owner: 'another', through: PRE - 24 * 60 * MINUTE }, 'ran out');
  await recorder.save();
  const eventsAt = async (start: number) =>
    (await sessions.get(start))?.events.flatMap(({ event, at }) =>
      event === 'intraday_session_handover' ? [] : [[event, at]],
    );
  expect(await eventsAt(PRE)).toEqual([
    ['intraday_session_start', PRE],
    ['intraday_session_end', OPEN],
  ]);
  expect(await eventsAt(OPEN)).toEqual([['intraday_session_start', OPEN]]);
});

test('what others said and cannot be read keeps nobody from the record, and is said once', async () => {
  const { sessions, said, holder } = await feed();
  const { book, recorder } = holder();
  recorder.begin(1, before, 'ran out');
  book.at(OPEN).received++;
  sessions.withMissing = () => Promise.reject(new Error('the table is slow'));
  await recorder.save();
  await recorder.save();
  expect(await sessions.get(OPEN)).toMatchObject({ received: 1 });
  expect(said).toEqual(['what others said of the sessions cannot be read']);
});
