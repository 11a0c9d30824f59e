/** The table `ingestion_log`: what the feed's record says of each session, and what this program did itself. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Session } from './session-pages.ts';

/** What the program does itself. */
export type Deed = 'research_start' | 'research_flush' | 'research_end';

/** Whose rows those are. */
const SOURCES = { feed: 'intraday_ingestion', program: 'research' } as const;

const table = `CREATE TABLE IF NOT EXISTS ingestion_log (
  source_id VARCHAR NOT NULL, event VARCHAR NOT NULL, happened_at TIMESTAMP NOT NULL, feed VARCHAR NOT NULL,
  date DATE, session VARCHAR, session_start TIMESTAMP, session_end TIMESTAMP, first_minute TIMESTAMP, last_minute TIMESTAMP,
  received BIGINT, published BIGINT, repeated BIGINT, corrected BIGINT, backfilled BIGINT, uncovered BIGINT, symbols BIGINT, quarantined BIGINT,
  reconnections MAP(VARCHAR, BIGINT), hand_overs BIGINT, take_overs BIGINT, releases VARCHAR[],
  events STRUCT("event" VARCHAR, happened_at TIMESTAMP, cause VARCHAR)[],
  minutes BIGINT, bars BIGINT)`;

/** From a file of schema 1, which knew nothing of sessions and gave the program's own rows the feed's name. */
const upgrade = [
  'ALTER TABLE ingestion_log RENAME TO ingestion_log_1',
  table,
  `INSERT INTO ingestion_log BY NAME
   SELECT '${SOURCES.program}' AS source_id, replace(event, 'intraday_', 'research_') AS event, happened_at, feed, minutes, bars
   FROM ingestion_log_1, barflow`,
  'DROP TABLE ingestion_log_1',
];

/** How the API's answer is read: `$1` is its list of sessions. */
const SHAPE = JSON.stringify([
  {
    ...{
      feed: 'VARCHAR',
      date: 'DATE',
      session: 'VARCHAR',
      state: 'VARCHAR',
      start: 'BIGINT',
      end: 'BIGINT',
    },
    ...{ firstMinute: 'BIGINT', lastMinute: 'BIGINT', received: 'BIGINT', published: 'BIGINT' },
    ...{ repeated: 'BIGINT', corrected: 'BIGINT', backfilled: 'BIGINT', uncovered: 'BIGINT' },
    ...{ symbols: 'BIGINT', quarantined: 'BIGINT', handOvers: 'BIGINT', takeOvers: 'BIGINT' },
    ...{ reconnections: 'MAP(VARCHAR, BIGINT)', releases: ['VARCHAR'] },
    events: [{ event: 'VARCHAR', at: 'BIGINT', cause: 'VARCHAR' }],
  },
]);
const utc = (value: string) => `make_timestamp(${value} * 1000)`;
const told = `
  CREATE OR REPLACE TEMP TABLE told AS
  WITH sessions AS (SELECT unnest(from_json($1::JSON, '${SHAPE}')) AS s)
  SELECT '${SOURCES.feed}' AS source_id,
    CASE s.state WHEN 'ended' THEN 'intraday_session_end' WHEN 'skipped' THEN 'intraday_session_skipped' ELSE 'intraday_session_start' END AS event,
    ${utc(`coalesce(list_filter(s.events, lambda e: e.event = event)[1].at, CASE s.state WHEN 'ended' THEN s.end ELSE s.start END)`)} AS happened_at,
    s.feed, s.date, s.session, ${utc('s.start')} AS session_start, ${utc('s.end')} AS session_end,
    ${utc('s.firstMinute')} AS first_minute, ${utc('s.lastMinute')} AS last_minute,
    s.received, s.published, s.repeated, s.corrected, s.backfilled, s.uncovered, s.symbols, s.quarantined,
    s.reconnections, s.handOvers AS hand_overs, s.takeOvers AS take_overs, s.releases,
    list_transform(s.events, lambda e: {'event': e.event, 'happened_at': ${utc('e.at')}, 'cause': e.cause}) AS events
  FROM sessions`;

export class IngestionLog {
  readonly #connection: DuckDBConnection;
  readonly #feed: string;

  constructor(connection: DuckDBConnection, feed: string) {
    this.#connection = connection;
    this.#feed = feed;
  }

  async create(): Promise<void> {
    await this.#connection.run(table);
  }

  /** Of a file of schema 1, within the caller's transaction. */
  async upgrade(): Promise<void> {
    for (const statement of upgrade) await this.#connection.run(statement);
  }

  async note(deed: Deed, counts: { readonly minutes?: number; readonly bars?: number } = {}): Promise<void> {
    await this.#connection.run(
      'INSERT INTO ingestion_log (source_id, event, happened_at, feed, minutes, bars) VALUES ($1, $2, $3::TIMESTAMP, $4, $5, $6)',
      [
        ...[SOURCES.program, deed, new Date().toISOString(), this.#feed],
        ...[counts.minutes ?? null, counts.bars ?? null],
      ],
    );
  }

  /** In place of what was said of those sessions before; within the caller's transaction. */
  async tell(sessions: readonly Session[]): Promise<void> {
    await this.#connection.run(told, [JSON.stringify(sessions)]);
    await this.#connection.run(
      `DELETE FROM ingestion_log WHERE source_id = '${SOURCES.feed}' AND session_start IN (SELECT session_start FROM told)`,
    );
    await this.#connection.run('INSERT INTO ingestion_log BY NAME SELECT * FROM told');
  }

  /** Start of the latest session that it knows of, epoch ms. */
  async newest(): Promise<number | undefined> {
    const reader = await this.#connection.runAndReadAll(
      'SELECT epoch_ms(max(session_start)) AS newest FROM ingestion_log',
    );
    const [row] = reader.getRowObjectsJson();
    return typeof row?.['newest'] === 'string' ? Number(row['newest']) : undefined;
  }
}
