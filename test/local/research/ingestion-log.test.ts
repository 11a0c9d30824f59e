/** The record of sessions in a research file: a row each, as it stands now, whatever breaks off. */
import { expect, test } from '@jest/globals';
import { OperatorError } from '../../../local/operate/operator-error.ts';
import type { ResearchFile } from '../../../local/research/research-file.ts';
import { SessionFollowing } from '../../../local/research/session-following.ts';
import type { Session } from '../../../local/research/session-pages.ts';
import { ask, newPath, within } from './support/research-files.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const OPEN = Date.parse('2025-11-20T14:30:00Z');

/** A regular session so many days after the first. */
function session(days: number, changes: Partial<Session> = {}): Session {
  const start = OPEN + days * DAY;
  return {
    ...{ feed: 'stocks', date: `2025-11-${20 + days}`, session: 'regular', state: 'ended' },
    ...{ start, end: start + 6.5 * HOUR, firstMinute: start, lastMinute: start + 60_000 },
    ...{ received: 40, published: 44, repeated: 1, corrected: 2, backfilled: 3, uncovered: 4, symbols: 5 },
    ...{
      quarantined: 6,
      handOvers: 7,
      takeOvers: 8,
      reconnections: {},
      releases: ['Barflow test'],
      events: [],
    },
    ...changes,
  };
}

const SESSIONS = "FROM ingestion_log WHERE source_id = 'intraday_ingestion'";

test('a session is a row with all that its record says', async () => {
  const path = newPath();
  const start = 'intraday_session_start';
  const told = session(0, {
    ...{ state: 'open', reconnections: { "it's gone": 2 } },
    events: [
      { event: start, at: OPEN + 1 },
      { event: 'intraday_session_reconnect', at: OPEN + 2, cause: "it's gone" },
    ],
  });
  await within(path, async file => {
    file.tell([told]);
    await file.flush([]);
  });
  const at = (column: string) => `epoch_ms(${column})`;
  const columns = [
    ...['event', at('happened_at'), 'feed', 'date', 'session', at('session_start'), at('session_end')],
    ...[
      at('first_minute'),
      at('last_minute'),
      'received',
      'published',
      'repeated',
      'corrected',
      'backfilled',
    ],
    ...[
      'uncovered',
      'symbols',
      'quarantined',
      'hand_overs',
      'take_overs',
      "reconnections['it''s gone']",
      'releases[1]',
    ],
    ...['len(events)', 'events[2].cause', at('events[2].happened_at')],
  ];
  const [row] = await ask(path, `SELECT ${columns.join(', ')} ${SESSIONS}`);
  expect(row).toEqual([
    ...[
      start,
      `${OPEN + 1}`,
      'stocks',
      '2025-11-20',
      'regular',
      `${OPEN}`,
      `${told.end}`,
      `${OPEN}`,
      `${OPEN + 60_000}`,
    ],
    ...['40', '44', '1', '2', '3', '4', '5', '6', '7', '8', '2', 'Barflow test'],
    ...['2', "it's gone", `${OPEN + 2}`],
  ]);
});

test.each([
  ['ended', 'intraday_session_end', session(0).end],
  ['skipped', 'intraday_session_skipped', OPEN],
  ['open', 'intraday_session_start', OPEN],
])('one that is %s is so, also where nobody noted when', async (state, event, at) => {
  const path = newPath();
  await within(path, async file => {
    const { firstMinute: _, lastMinute: __, ...quiet } = session(0, { state });
    file.tell([quiet]);
    await file.flush([]);
  });
  expect(await ask(path, `SELECT event, epoch_ms(happened_at), first_minute ${SESSIONS}`)).toEqual([
    [event, String(at), null],
  ]);
});

test('what is revised replaces its row, and nothing is there twice, however often it comes and wherever it broke off', async () => {
  const path = newPath();
  await within(path, async file => {
    file.tell([session(0), session(1)]);
    await file.flush([]);
    file.tell([session(1, { published: 50 }), session(2)]);
    // Killed here.
  });
  const rows = `SELECT date, published ${SESSIONS} ORDER BY date`;
  expect(await ask(path, rows)).toEqual([
    ['2025-11-20', '44'],
    ['2025-11-21', '44'],
  ]);
  await within(path, async file => {
    for (const published of [50, 51]) {
      file.tell([session(1, { published }), session(2)]);
      await file.flush([]);
    }
  });
  expect(await ask(path, rows)).toEqual([
    ['2025-11-20', '44'],
    ['2025-11-21', '51'],
    ['2025-11-22', '44'],
  ]);
});

test('a file from before sessions were in it goes on, and its rows are those of this program', async () => {
  const path = newPath();
  await ask(
    path,
    `
    CREATE TABLE barflow (schema INTEGER NOT NULL, feed VARCHAR NOT NULL, market VARCHAR NOT NULL);
    INSERT INTO barflow VALUES (1, 'stocks', 'stocks');
    CREATE TABLE ingestion_log (source_id VARCHAR NOT NULL, event VARCHAR NOT NULL, happened_at TIMESTAMP NOT NULL, minutes BIGINT, bars BIGINT, detail VARCHAR);
    INSERT INTO ingestion_log VALUES ('intraday_ingestion', 'intraday_flush', TIMESTAMP '2025-11-20 15:00:00', 7, 8, NULL)`,
  );
  await within(path, async file => {
    file.tell([session(0)]);
    await file.flush([]);
  });
  await within(path, async () => {});
  const rows = 'SELECT source_id, event, feed, minutes, bars FROM ingestion_log ORDER BY happened_at, event';
  expect((await ask(path, rows)).slice(0, 3)).toEqual([
    ['research', 'research_flush', 'stocks', '7', '8'],
    ['intraday_ingestion', 'intraday_session_end', 'stocks', null, null],
    ['research', 'research_start', 'stocks', null, null],
  ]);
});

test('asks for all there is at first, later for what may be revised, and says once that nothing answers', async () => {
  const path = newPath();
  const asked: (string | undefined)[] = [];
  const said: string[] = [];
  let answer = () => JSON.stringify({ sessions: [session(3), session(0)] });
  const following = (file: ResearchFile) =>
    new SessionFollowing({
      ...{ file, feed: 'stocks', signal: new AbortController().signal },
      api: async () => async (_, query) => {
        asked.push(query['from']);
        return answer();
      },
      say: async line => void said.push(line),
    });
  await within(path, async file => {
    const sessions = following(file);
    await sessions.look();
    await file.flush([]);
    answer = () => {
      throw new OperatorError('the API refuses (404): Not Found');
    };
    await sessions.look();
    await sessions.look();
    expect(sessions.hasLooked).toBe(true);
  });
  answer = () => JSON.stringify({ sessions: [session(4), session(3, { published: 45 })] });
  await within(path, async file => {
    await following(file).look();
    await file.flush([]);
  });
  const since = new Date(OPEN + 3 * DAY - 9 * DAY).toISOString();
  expect(asked).toEqual([undefined, since, since, since]);
  expect(said).toEqual(['ingestion_log lacks the record of sessions: the API refuses (404): Not Found']);
  expect(await ask(path, `SELECT date, published ${SESSIONS} ORDER BY date`)).toEqual([
    ['2025-11-20', '44'],
    ['2025-11-23', '45'],
    ['2025-11-24', '44'],
  ]);
});
