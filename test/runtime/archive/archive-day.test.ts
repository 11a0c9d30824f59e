/** The archive's files: read by another hand, they say what the streams' highest versions say, and never less than before. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { LocalBucket } from '../../../local/engine/buckets.ts';
import { ObjectServer } from '../../../local/engine/object-server.ts';
import { readFlatFiles } from '../../../local/flat-files/flat-file.ts';
import { ArchiveBucket } from '../../../runtime/archive/archive-bucket.ts';
import { type Archiving, archiveDay, logsIn, logsOf } from '../../../runtime/archive/archive-day.ts';
import { endedDays } from '../../../runtime/archive/days.ts';
import { calendarOf } from '../../../runtime/markets/calendar.ts';
import { timeframes } from '../../../runtime/markets/timeframe.ts';
import { Windows } from '../../../runtime/markets/window.ts';
import { encodeWatermark } from '../../../runtime/records/encode.ts';
import { slotOf } from '../../../runtime/records/slot.ts';
import { ChunkLog } from '../../../runtime/tables/chunks/chunk-log.ts';
import { SlotReader } from '../../../runtime/tables/chunks/slot-reader.ts';
import { synthesized, whole } from '../../lib/synthesized.ts';
import { scratch } from '../../local/engine/support/sample-stage.ts';
import { type Row, rowsOf } from '../../support/duck-db.ts';
import { Random } from '../../support/random.ts';
import { identity, type RolledMarket, rolledMarket, SYMBOLS, THROUGH } from '../../support/rolled-market.ts';
import { minuteBar, RollupOnTwins } from '../../support/rollup-on-twins.ts';

const { signal } = new AbortController();
const windows = new Windows(calendarOf('stocks'), 'clock');
const DAY = '2025-11-20';
/** After the last session of that day. */
const EVENING = Date.parse('2025-11-21T01:30:00Z');

let server: ObjectServer;
let market: RolledMarket;
beforeAll(async () => {
  server = await ObjectServer.start();
  market = await rolledMarket(new Random(3));
});
afterAll(() => server.stop());

/** An empty bucket for the archive of a roll-up's log. */
function archiving(rollup: RollupOnTwins) {
  const local = new LocalBucket('Storage/Archive', `archive-${server.buckets.length}`, scratch());
  server.buckets = [...server.buckets, local];
  const s3 = new S3Client({
    region: 'us-east-1',
    endpoint: server.endpoint,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  const client = rollup.dynamoDb.client();
  const props: Archiving = {
    ...{ feed: 'stocks', market: 'stocks', windows, release: 'Barflow test' },
    log: new ChunkLog(client, 'state'),
    slots: new SlotReader(client, 'state'),
    bucket: new ArchiveBucket(s3, local.name, 'stocks'),
  };
  return { local, props, archive: () => archived(props) };
}

async function archived(props: Archiving) {
  const day = dayOf(DAY);
  return archiveDay(props, day, await logsIn(props, day), EVENING, signal);
}

function dayOf(date: string) {
  const day = endedDays(windows.calendar, EVENING).find(each => each.date === date);
  if (!day) throw new Error(`${date} has not ended`);
  return day;
}

function barsIn(local: LocalBucket, timeframe: string, date = DAY): Promise<Row[]> {
  const file = join(local.folder, `feed=stocks/timeframe=${timeframe}/date=${date}/bars.parquet`);
  const columns = '* REPLACE (epoch_ms("start") AS "start", epoch_ms("end") AS "end")';
  return rowsOf(`SELECT ${columns} FROM read_parquet('${file}', hive_partitioning = false)`);
}

const manifestOf = async (local: LocalBucket, timeframe: string) =>
  JSON.parse(String(await local.read(`feed=stocks/timeframe=${timeframe}/date=${DAY}/_manifest.json`)));

test('every bar of every timeframe is a row, right to the last digit, in the order of symbols and time', async () => {
  const { local, archive } = archiving(market.rollup);
  await archive();
  for (const timeframe of timeframes) {
    const rows = await barsIn(local, timeframe);
    const keys = rows.map(({ symbol, start }) => `${symbol} ${start}`);
    expect(keys).toEqual(keys.toSorted());
    if (timeframe === '1m') continue;
    const finals = [...market.texts.values()]
      .map(text => JSON.parse(text))
      .filter(bar => bar.timeframe === timeframe);
    const stored = new Map(
      rows.map(row => [
        identity({ symbol: String(row['symbol']), timeframe, start: Number(row['start']) }),
        row,
      ]),
    );
    for (const bar of finals) {
      const row = stored.get(identity(bar)) ?? {};
      const { type: _, schema: _schema, timeframe: _of, ...fields } = bar;
      const written = Object.fromEntries(
        Object.keys(fields).map(name => [
          name,
          ['start', 'end', 'version', 'trades'].includes(name) ? Number(row[name]) : row[name],
        ]),
      );
      expect(written).toEqual(fields);
    }
    expect(rows.filter(({ final }) => final === true)).toHaveLength(finals.length);
  }
  const minutes = new Map((await barsIn(local, '1m')).map(row => [`${row['symbol']} ${row['start']}`, row]));
  expect(minutes.size).toBe(market.minutes.length);
  for (const { symbol, start, close, volume, version } of market.minutes) {
    const row = minutes.get(`${symbol} ${start}`);
    expect([
      row?.['close'],
      row?.['volume_exact'] ?? String(row?.['volume']),
      Number(row?.['version']),
    ]).toEqual([close, volume, version]);
  }
});

test('a file has the columns of Athena’s table, in its order and of its types, and stands where that looks for it', async () => {
  const { local, archive } = archiving(market.rollup);
  await archive();
  const file = join(local.folder, `feed=stocks/timeframe=5m/date=${DAY}/bars.parquet`);
  const described = await rowsOf(`DESCRIBE SELECT * FROM read_parquet('${file}', hive_partitioning = false)`);
  const ofAthena: Readonly<Record<string, string>> = {
    ...{ VARCHAR: 'string', DOUBLE: 'double', BIGINT: 'bigint', INTEGER: 'int', BOOLEAN: 'boolean' },
    ...{ TIMESTAMP: 'timestamp', 'TIMESTAMP WITH TIME ZONE': 'timestamp' },
  };
  const columns = described.map(row => ({
    name: String(row['column_name']),
    type: ofAthena[String(row['column_type'])],
  }));
  const { serving } = synthesized(whole);
  const [table] = Object.values(serving.findResources('AWS::Glue::Table'));
  const { StorageDescriptor, Parameters } = Object(table?.['Properties'].TableInput);
  expect(
    StorageDescriptor.Columns.map(({ Name, Type }: { Name: string; Type: string }) => ({
      name: Name,
      type: Type,
    })),
  ).toEqual(columns);
  const place = JSON.stringify(Parameters['storage.location.template']);
  const folder = place.replace(/\$\{timeframe\}/, '5m').replace(/\$\{date\}/, DAY);
  expect(folder).toContain(`/feed=stocks/timeframe=5m/date=${DAY}/"`);
});

test('the manifest tells what the file is, so that anybody can check it', async () => {
  const { local, archive } = archiving(market.rollup);
  await archive();
  for (const timeframe of timeframes) {
    const manifest = await manifestOf(local, timeframe);
    const rows = await barsIn(local, timeframe);
    const file = await local.read(`feed=stocks/timeframe=${timeframe}/date=${DAY}/bars.parquet`);
    const versions = rows.map(row => `${row['symbol']} ${row['start']} ${row['version']}\n`).join('');
    expect(manifest).toMatchObject({
      ...{ feed: 'stocks', market: 'stocks', timeframe, date: DAY, release: 'Barflow test' },
      ...{ rows: rows.length, symbols: new Set(rows.map(({ symbol }) => symbol)).size, bytes: file.length },
      file: createHash('sha256').update(file).digest('hex'),
      versions: createHash('sha256').update(versions).digest('hex'),
      through: THROUGH,
    });
  }
});

test('a day is written again when a minute of it was revised, and only then', async () => {
  const revised = await rolledMarket(new Random(5));
  const { local, archive } = archiving(revised.rollup);
  const { through: _, ...before } = { through: 0, ...(await archive()) };
  expect(await archive()).toBeUndefined();
  const minute = revised.minutes[0];
  if (!minute) throw new Error('the market has no minute');
  await revised.rollup.deliver({ ...minute, high: 999, close: 999, version: minute.version + 1e9 });
  expect(await archive()).toEqual(before);
  const row = (await barsIn(local, '1m')).find(
    ({ symbol, start }) => symbol === minute.symbol && Number(start) === minute.start,
  );
  expect(row?.['close']).toBe(999);
});

test('imported again, the minutes make the same bars', async () => {
  const { local, archive } = archiving(market.rollup);
  await archive();
  const path = join(local.folder, `feed=stocks/timeframe=1m/date=${DAY}/bars.parquet`);
  const { rows } = await readFlatFiles([path], { market: 'stocks' });
  const again = new RollupOnTwins();
  for (const { occurrence: _, version = 0, ...row } of rows)
    await again.deliver({ ...row, type: 'bar', session: 'regular', source: 'import', version });
  const watermarks = [...new Set(SYMBOLS.map(slotOf))].map(slot =>
    Buffer.from(encodeWatermark({ type: 'watermark', slot, through: THROUGH, epoch: 0 })),
  );
  await again.deliver(...watermarks);
  // Marks are not archived as such: what they did to a bar, its uncovered minutes and their part of its version, is.
  const values = (texts: Iterable<string>) =>
    [...texts].map(text => ({ ...JSON.parse(text), version: 0, uncovered: 0 }));
  const made = new Map(values(again.texts()).map(bar => [identity(bar), bar]));
  expect(made).toEqual(new Map(values(market.texts.values()).map(bar => [identity(bar), bar])));
});

test('minutes after midnight are in their day’s file, though their block began on the day before', async () => {
  const overnight = new Windows(calendarOf('futures'), 'session');
  // That evening's session is of the same date.
  const later = Date.parse('2025-11-21T07:00:00Z');
  const rollup = new RollupOnTwins('futures', { alignment: 'session' });
  // The evening session opens at 17:00 in Chicago: its second block lasts from 21:00 to 01:00.
  const starts = [
    '2025-11-20T05:58:00Z',
    '2025-11-20T05:59:00Z',
    '2025-11-20T06:00:00Z',
    '2025-11-20T06:01:00Z',
  ];
  await rollup.deliver(...starts.map(start => minuteBar(start, { symbol: 'ESZ5' })));
  const { local, props } = archiving(rollup);
  const futures: Archiving = { ...props, market: 'futures', windows: overnight };
  for (const date of ['2025-11-19', DAY]) {
    const day = endedDays(overnight.calendar, later).find(each => each.date === date);
    if (!day) throw new Error(`${date} has not ended`);
    const logs = logsOf(await logsIn(futures, day), overnight, day);
    await archiveDay(futures, day, logs, later, signal);
  }
  const startsOf = async (date: string) =>
    (await barsIn(local, '1m', date)).map(({ start }) =>
      new Date(Number(start)).toISOString().replace('.000', ''),
    );
  expect(await startsOf('2025-11-19')).toEqual(starts.slice(0, 2));
  expect(await startsOf(DAY)).toEqual(starts.slice(2));
});

test('a day without bars gives files without rows', async () => {
  const { local, archive } = archiving(new RollupOnTwins());
  expect(Object.values((await archive()) ?? {})).toEqual(timeframes.map(() => 0));
  expect(await barsIn(local, '5m')).toEqual([]);
  expect(await archive()).toBeUndefined();
});

test('a log that has lost bars takes nothing from the archive', async () => {
  const { local, props, archive } = archiving(market.rollup);
  await archive();
  const before = await manifestOf(local, '1m');
  const client = new RollupOnTwins().dynamoDb.client();
  const emptied = { ...props, log: new ChunkLog(client, 'state'), slots: new SlotReader(client, 'state') };
  await expect(archived(emptied)).rejects.toThrow(/has 0 bars of 2025-11-20/);
  expect(await manifestOf(local, '1m')).toEqual(before);
});

test('what breaks off between a file and its manifest is made good by the next run', async () => {
  const { local, props, archive } = archiving(market.rollup);
  let puts = 0;
  const bucket = {
    manifest: props.bucket.manifest.bind(props.bucket),
    put: async (...args: Parameters<ArchiveBucket['put']>) => {
      if (puts++ === 2) throw new Error('broken off');
      await props.bucket.put(...args);
    },
  };
  await expect(archived({ ...props, bucket })).rejects.toThrow('broken off');
  await archive();
  for (const timeframe of timeframes) {
    const file = await local.read(`feed=stocks/timeframe=${timeframe}/date=${DAY}/bars.parquet`);
    expect((await manifestOf(local, timeframe)).file).toBe(createHash('sha256').update(file).digest('hex'));
  }
});
