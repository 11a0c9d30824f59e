/** A DuckDB file that a researcher opens: what has arrived goes into it at once with how far its streams were read, or not at all. */
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { type DuckDBAppender, type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Bar } from '../../kit/index.ts';
import type { Checkpoint } from '../../kit/stream/index.ts';
import { features } from '../../runtime/fold/features/features.ts';
import type { Calendar } from '../../runtime/markets/calendar.ts';
import type { Timeframe } from '../../runtime/markets/timeframe.ts';
import { OperatorError } from '../operate/operator-error.ts';
import { type AskedMinute, appendLonger, appendMinute, sessionStart } from './append-bar.ts';
import { featuresView } from './features-view.ts';
import { fillFrom } from './fill.ts';
import { IngestionLog } from './ingestion-log.ts';
import { age, merge, SCHEMA, tables } from './schema.ts';
import type { Session } from './session-pages.ts';
import { unusable } from './unusable.ts';

export interface ResearchFileProps {
  readonly path: string;
  readonly feed: string;
  readonly market: string;
  readonly calendar: Calendar;
}

/** What a flush has written. */
export interface Written {
  readonly minutes: number;
  readonly bars: number;
}

const DAY = 86_400_000;
const FIVE_MINUTES = 300_000;

export class ResearchFile {
  readonly #props: ResearchFileProps;
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #log: IngestionLog;
  #arrived: (Bar | AskedMinute)[] = [];
  #told: readonly Session[] = [];
  #filled = { minutes: 0, bars: 0 };

  private constructor(props: ResearchFileProps, instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#props = props;
    this.#instance = instance;
    this.#connection = connection;
    this.#log = new IngestionLog(connection, props.feed);
  }

  /** @throws OperatorError for a file that is another program's, another feed's, in use, or not to be written */
  static async open(props: ResearchFileProps): Promise<ResearchFile> {
    const { path } = props;
    const isThere = existsSync(path);
    const instance = await DuckDBInstance.create(path).catch(error => {
      throw new OperatorError(`--db ${path}: ${unusable(error)}`);
    });
    const connection = await instance.connect();
    const file = new ResearchFile(props, instance, connection);
    try {
      if (isThere) await file.#expectOurs();
      await connection.run(tables);
      await file.#log.create();
      await connection.run(featuresView);
      await file.#define();
      if (!(await file.#owner()))
        await connection.run('INSERT INTO barflow VALUES ($1, $2, $3)', [SCHEMA, props.feed, props.market]);
      await file.#log.note('research_start');
    } catch (error) {
      file.close();
      throw error instanceof OperatorError ? error : new OperatorError(`--db ${path}: ${unusable(error)}`);
    }
    return file;
  }

  /** How far that stream was read; undefined for one that never was. */
  async placeOf(stream: string): Promise<Checkpoint | undefined> {
    const [row] = await this.#rows('SELECT checkpoint FROM places WHERE stream = $1', [stream]);
    return row === undefined ? undefined : JSON.parse(String(row['checkpoint']));
  }

  /** Takes a bar, which `flush` writes. */
  take(bar: Bar | AskedMinute): void {
    this.#arrived.push(bar);
  }

  /** Takes what is said of sessions now, which `flush` writes. */
  tell(sessions: readonly Session[]): void {
    this.#told = sessions;
  }

  /** Start of the latest session that was written, epoch ms. */
  newestSession(): Promise<number | undefined> {
    return this.#log.newest();
  }

  /** Takes those bars of a file of the archive that start in the range, which `flush` writes. @throws OperatorError for one that cannot be read */
  async fill(
    content: Uint8Array,
    timeframe: Timeframe,
    range: { readonly from: number; readonly to: number },
  ): Promise<void> {
    const file = `${this.#props.path}.archived`;
    await writeFile(file, content);
    try {
      const filled = await fillFrom({
        connection: this.#connection,
        ...this.#props,
        file,
        timeframe,
        ...range,
      });
      if (timeframe === '1m') this.#filled.minutes += filled;
      else this.#filled.bars += filled;
    } catch (error) {
      throw new OperatorError(`a file of the archive cannot be read: ${unusable(error)}`);
    } finally {
      await rm(file, { force: true });
    }
  }

  /** Whether a piece of the past was written before. */
  async isFilled(piece: string): Promise<boolean> {
    return (await this.#rows('SELECT 1 FROM filled WHERE piece = $1', [piece])).length > 0;
  }

  /** Writes what was taken, how far each stream was read with it, and that a piece of the past is there. @throws OperatorError when it cannot be written: then nothing was */
  async flush(places: readonly Checkpoint[], piece?: string): Promise<Written> {
    const [taken, told, filled] = [this.#arrived, this.#told, this.#filled];
    this.#arrived = [];
    this.#told = [];
    this.#filled = { minutes: 0, bars: 0 };
    const minutes = taken.filter(({ timeframe }) => timeframe === '1m').length;
    const written = {
      minutes: minutes + filled.minutes,
      bars: taken.length - minutes + filled.bars,
    };
    try {
      await this.#append(taken);
      await this.#connection.run('BEGIN');
      for (const statement of merge) await this.#connection.run(statement);
      for (const place of places)
        await this.#connection.run('INSERT OR REPLACE INTO places VALUES ($1, $2)', [
          place.stream,
          JSON.stringify(place),
        ]);
      if (piece !== undefined) await this.#connection.run('INSERT INTO filled VALUES ($1)', [piece]);
      if (written.minutes + written.bars > 0) await this.#log.note('research_flush', written);
      if (told.length > 0) await this.#log.tell(told);
      await this.#connection.run('COMMIT');
      return written;
    } catch (error) {
      await this.#connection.run('ROLLBACK').catch(() => {});
      throw new OperatorError(
        `--db ${this.#props.path}: nothing of the last ${written.minutes + written.bars} bars is written: ${unusable(error)}`,
      );
    }
  }

  /** Lets minutes older than `hot` days become bars of 5m, and those older than `warm` days go: whole sessions, for features are of all that is before in them. @param now epoch ms of event time */
  async age(hot: number, warm: number, now: number): Promise<void> {
    const before = (days: number) => {
      const start = sessionStart(this.#props.calendar, now - days * DAY);
      return new Date(Math.floor(start / FIVE_MINUTES) * FIVE_MINUTES)
        .toISOString()
        .replace('T', ' ')
        .slice(0, 19);
    };
    await this.#connection.run('BEGIN');
    for (const statement of age(before(hot), before(warm))) await this.#connection.run(statement);
    await this.#connection.run('COMMIT');
  }

  async end(): Promise<void> {
    await this.#log.note('research_end');
    this.close();
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }

  async #append(taken: readonly (Bar | AskedMinute)[]): Promise<void> {
    const arrived = {
      minutes: await this.#appender('arrived_minutes'),
      bars: await this.#appender('arrived_bars'),
    };
    const now = Date.now();
    for (const bar of taken)
      if (bar.timeframe === '1m') appendMinute(arrived.minutes, bar, this.#props.calendar, now);
      else appendLonger(arrived.bars, bar, now);
    for (const appender of Object.values(arrived)) appender.closeSync();
  }

  #appender(table: string): Promise<DuckDBAppender> {
    return this.#connection.createAppender(table, null, 'temp');
  }

  async #define(): Promise<void> {
    for (const [name, { version, formula, unit }] of Object.entries(features))
      await this.#connection.run('INSERT OR REPLACE INTO feature_definitions VALUES ($1, $2, true, $3, $4)', [
        ...[name, version],
        ...[formula, unit],
      ]);
  }

  async #expectOurs(): Promise<void> {
    const { path, feed } = this.#props;
    const names = (await this.#rows('SELECT table_name FROM duckdb_tables() WHERE NOT temporary')).map(row =>
      String(row['table_name']),
    );
    if (names.length === 0) return;
    if (!names.includes('barflow'))
      throw new OperatorError(
        `--db ${path} holds ${names.slice(0, 3).join(', ')}, which are not ours: name a file of its own`,
      );
    const owner = await this.#owner();
    if (owner?.schema === 1 && owner.feed === feed) return this.#upgrade();
    if (owner && (owner.schema !== SCHEMA || owner.feed !== feed))
      throw new OperatorError(
        `--db ${path} is of feed '${owner.feed}', schema ${owner.schema}: name another file for feed '${feed}', schema ${SCHEMA}`,
      );
  }

  async #upgrade(): Promise<void> {
    await this.#connection.run('BEGIN');
    await this.#log.upgrade();
    await this.#connection.run(`UPDATE barflow SET schema = ${SCHEMA}`);
    await this.#connection.run('COMMIT');
  }

  async #owner(): Promise<{ readonly feed: string; readonly schema: number } | undefined> {
    const [row] = await this.#rows('SELECT schema, feed FROM barflow');
    return row && { feed: String(row['feed']), schema: Number(row['schema']) };
  }

  async #rows(sql: string, values: string[] = []): Promise<Readonly<Record<string, unknown>>[]> {
    return (await this.#connection.runAndReadAll(sql, values)).getRowObjectsJson();
  }
}
