/** Real minutes through the import command, against bars that others made and against a fold written in SQL; and what the query API then says of them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Bar, readText } from '../../../kit/index.ts';
import { DayArrays } from '../../../runtime/latest/day-arrays.ts';
import { calendarOf } from '../../../runtime/markets/calendar.ts';
import { RedisConnection } from '../../../runtime/platform/redis/connection.ts';
import { keyPrefixes } from '../../../runtime/platform/redis/keys.ts';
import { processTime } from '../../../runtime/platform/time.ts';
import { hasRedis, RedisServer, testWithRedis } from '../../runtime/ingester/support/redis-server.ts';
import {
  type ImportRun,
  type Line,
  type OpenImport,
  openImport,
  runImport,
} from '../../support/import-command.ts';
import { Random } from '../../support/random.ts';
import { answered, anyQuestion, wanted } from '../../support/random-questions.ts';
import { skippedAnywhere } from '../../support/skipped.ts';
import { foldInSql } from '../../support/sql-fold.ts';

/** Folder with flat files of real minutes. */
const folder = process.env['BARFLOW_DATA'];

/** One run of the command takes all files of a market; here the newest first, though minutes far behind their slot's newest are refused. */
const imports = [
  {
    market: 'stocks',
    files: ['spy-2020-12', 'goog-half-day-2015-12-24', 'us-stocks-2013-10', 'shy-dst-2008-03'],
    minutes: 16_736,
  },
  { market: 'futures', files: ['es-2013-10'], minutes: 6_826 },
  { market: 'crypto', files: ['adausdt-2022-12-13'], minutes: 1_440 },
] as const;

/** Larger bars that other people made from the same minutes. */
const made = [
  { market: 'stocks', file: 'spy-2020-12.15m', timeframe: '15m', bars: 108 },
  { market: 'futures', file: 'es-2013-10.1h', timeframe: '1h', bars: 115 },
  { market: 'crypto', file: 'adausdt-2022-12-13.1h', timeframe: '1h', bars: 24 },
] as const;

const alignments = ['clock', 'session'] as const;
const LIMIT = 300_000;
/** Random ones of each market. */
const QUESTIONS = 25;

/** In the order of their identities. */
function sorted(bars: readonly Line[]): Line[] {
  const identityOf = (bar: Line) => `${bar['symbol']} ${bar['timeframe']} ${bar['start']}`;
  return bars.toSorted((a, b) => (identityOf(a) < identityOf(b) ? -1 : 1));
}

if (folder === undefined) {
  test('compares nothing with real data, for BARFLOW_DATA names no folder', () => {
    skippedAnywhere('set BARFLOW_DATA to the folder with the real flat files to compare with them');
  });
} else {
  describe.each(imports)('real minutes of $market', ({ market, files, minutes }) => {
    const paths = files.map(file => join(folder, `${file}.csv.gz`));
    const runs = new Map<string, ImportRun>();
    let asked: OpenImport;
    let redis: RedisServer | undefined;
    const runOf = (alignment: string) => {
      const run = runs.get(alignment);
      if (run === undefined) throw new Error(`the import with ${alignment} windows did not run`);
      return run;
    };

    beforeAll(async () => {
      const optionsOf = (alignment: string) => ['--market', market, '--alignment', alignment];
      redis = hasRedis ? await RedisServer.start() : undefined;
      const others = runImport(paths, optionsOf('session'));
      asked = await openImport(paths, [...optionsOf('clock'), ...(redis ? ['--redis', redis.url] : [])]);
      runs.set('clock', asked);
      runs.set('session', await others);
    }, LIMIT);

    afterAll(async () => {
      await asked?.end();
      await redis?.[Symbol.asyncDispose]();
    }, LIMIT);

    test(
      'are answered by the query API as the streams’ highest versions, whatever it is asked',
      async () => {
        const bars = [...asked.bars, ...asked.minutes.map(asLogged)];
        const symbols = [...new Set(asked.bars.map(({ symbol }) => String(symbol)))];
        // The last bars may still be on their way into their table.
        for (const timeframe of new Set(asked.bars.map(bar => String(bar['timeframe'])))) {
          const kept = { symbols, timeframe, limit: 1_000 };
          const all = Object.values(wanted(kept, bars)).flat().length;
          while (Object.values(await answered(asked.page, kept)).flat().length < all);
        }
        const random = new Random(minutes);
        for (let round = 0; round < QUESTIONS; round++) {
          const question = anyQuestion(random, bars);
          const got = await answered(asked.page, question);
          expect({ question, bars: got }).toEqual({ question, bars: wanted(question, bars) });
        }
      },
      LIMIT,
    );

    testWithRedis(
      'are at the end of every day in Redis as the table of bars has them, whatever order revisions come in',
      async () => {
        await using server = await RedisServer.start();
        const connection = new RedisConnection(server.url, processTime);
        const calendar = calendarOf(market);
        const days = new DayArrays({ connection, prefix: market, calendar, ttl: 60 });
        const { signal } = new AbortController();
        const random = new Random(minutes);
        const bars = asked.bars.filter(({ timeframe }) => timeframe === '5m').map(barOf);
        const symbols = [...new Set(bars.map(({ symbol }) => symbol))];
        let kept = await answered(asked.page, { symbols, timeframe: '5m' });
        // The last may still be on their way into the table.
        while (Object.values(kept).flat().length < bars.length)
          kept = await answered(asked.page, { symbols, timeframe: '5m' });
        const dayOf = (bar: Line | Bar) => calendar.tradingDay(Number(bar['start'])).date;
        const byDay = [...Map.groupBy(bars, dayOf)].sort(([a], [b]) => (a < b ? -1 : 1));
        expect(byDay.length).toBeGreaterThanOrEqual(1);
        for (const [day, those] of byDay) {
          // Each was once of another price, and comes more than once.
          const older = those.map(bar => ({ ...bar, close: bar.open, version: bar.version - 1 }));
          const coming = random.shuffled([...older, ...those, ...random.shuffled(those).slice(0, 50)]);
          while (coming.length > 0) await days.write(coming.splice(0, random.between(1, 200)), signal);
          for (const symbol of symbols) {
            const wanted = (kept[symbol] ?? []).filter(bar => dayOf(bar) === day);
            if (wanted.length === 0) continue;
            const text = `${await server.ask('GET', `${market}:agg5m:${symbol}`)}`;
            expect(JSON.parse(text)).toEqual({ day, bars: wanted });
          }
        }
        connection.close();
      },
      LIMIT,
    );

    testWithRedis(
      'leave in Redis the last day of every symbol, although the days before it come later',
      async () => {
        const fives = asked.bars.filter(({ timeframe }) => timeframe === '5m');
        for (const [symbol, bars] of Map.groupBy(fives, bar => `${bar['symbol']}`)) {
          const dayOf = (bar: Line) => calendarOf(market).tradingDay(Number(bar['start'])).date;
          const day = bars.map(dayOf).sort().at(-1);
          const last = sorted(bars.filter(bar => dayOf(bar) === day));
          const key = `${keyPrefixes[market]}:agg5m:${symbol}`;
          const read = async (): Promise<{ bars: readonly Line[] } | null> =>
            JSON.parse(`${await redis?.ask('GET', key)}`);
          // The last may still be on their way.
          while (((await read())?.bars.length ?? 0) < last.length);
          expect(await read()).toEqual({ day, bars: last });
        }
      },
      LIMIT,
    );

    test.each(alignments)(
      'all reach the stream, and none is uncovered or refused, with %s windows',
      async alignment => {
        const { end, bars } = runOf(alignment);
        expect(await end()).toBe(
          `${minutes} minutes in, ${bars.length} bars out, 0 uncovered, 0 quarantined`,
        );
      },
    );

    test.each(alignments)(
      'make exactly the bars that SQL makes of them, with %s windows',
      async alignment => {
        const wanted = (await foldInSql(paths, { market, alignment })).map(bar => ({
          type: 'bar',
          schema: 1,
          ...bar,
          uncovered: 0,
          final: true,
        }));
        expect(sorted(runOf(alignment).bars)).toEqual(sorted(wanted));
      },
    );

    const others = made.filter(each => each.market === market);
    test.each(others)('make the $bars bars of $file', async ({ file, timeframe, bars }) => {
      const wanted = readBars(await readFile(join(folder, `${file}.csv`), 'utf8'), timeframe);
      expect(wanted).toHaveLength(bars);
      const starts = new Set(wanted.map(({ start }) => start));
      const fields = ['symbol', 'timeframe', 'start', 'open', 'high', 'low', 'close', 'volume'];
      const found = runOf('clock')
        .bars.filter(bar => bar['timeframe'] === timeframe && starts.has(Number(bar['start'])))
        .map(bar => Object.fromEntries(fields.map(field => [field, bar[field]])));
      expect(sorted(found)).toEqual(sorted(wanted));
    });
  });
}

function barOf(line: Line): Bar {
  const reading = readText(JSON.stringify(line));
  if (reading.kind !== 'record' || reading.record.type !== 'bar') throw new Error('no bar');
  return reading.record;
}

/** A minute as the log has it, and the API all bars: without where it came from and the day's figures. */
function asLogged({
  source: _,
  dayVolume: _volume,
  dayVwap: _vwap,
  officialOpen: _open,
  ...bar
}: Line): Line {
  return bar;
}

/** Rows of `symbol,startMs,open,high,low,close,volume` below a header. */
function readBars(text: string, timeframe: string) {
  const [header, ...lines] = text.trim().split(/\r?\n/);
  expect(header).toBe('symbol,startMs,open,high,low,close,volume');
  return lines.map(line => {
    const [symbol, start, open, high, low, close, volume] = line.split(',');
    return {
      symbol,
      timeframe,
      start: Number(start),
      open: Number(open),
      high: Number(high),
      low: Number(low),
      close: Number(close),
      volume: Number(volume),
    };
  });
}
