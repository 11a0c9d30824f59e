/** Process that writes a day into a research file as `npm run research --follow` does, beside the days that it keeps, and tells what that took. */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bar, type LongerBar, oneMinuteBar } from '../kit/bar.ts';
import { ResearchFile } from '../local/research/research-file.ts';
import { calendarOf } from '../runtime/markets/calendar.ts';
import { MINUTE, minutesIn, rolledTimeframes } from '../runtime/markets/timeframe.ts';
import { sampleBar, sampleSymbols } from './sample.ts';

/** What it prints; times in seconds by the clock. */
export interface Researched {
  /** Minutes of a day. */
  readonly minutes: number;
  /** Minutes and bars that came in that day. */
  readonly records: number;
  /** Of every flush, the moves of minutes that are no longer hot left out. */
  readonly flushes: readonly number[];
  /** In which a day's minutes became bars of 5m. */
  readonly move: number;
  /** Of all threads, over the day. */
  readonly processor: number;
  /** Resident at the most. */
  readonly megabytes: number;
  readonly fileMegabytes: number;
}

const symbols = sampleSymbols(450);
const MINUTES = 400;
/** As the command has them. */
const [HOT, WARM, FLUSHES_A_MINUTE] = [7, 30, 6];
/** Five days of trade, and the one that is measured: in it the first of them becomes a week old. */
const [first, ...others] = [3, 4, 5, 6, 7, 10].map(day => Date.UTC(2025, 10, day, 14, 30));
const measured = others.pop() ?? 0;

/** What both streams bring of a minute: the minute itself, and each bar that it changes. */
function* recordsOf(day: number, offset: number): Generator<Bar> {
  const start = day + offset * MINUTE;
  for (const [index, symbol] of symbols.entries()) {
    const minute = sampleBar(symbol, index, start);
    yield oneMinuteBar(minute);
    const { open, high, low, close, volume, session, version } = minute;
    for (const timeframe of rolledTimeframes) {
      const length = minutesIn[timeframe] * MINUTE;
      const from = start - (start % length);
      const end = from + length;
      const final = end === start + MINUTE;
      const about = { type: 'bar', symbol, timeframe, start: from, end, session } as const;
      const minutes = (start - from) / MINUTE + 1;
      yield {
        ...about,
        open,
        high,
        low,
        close,
        volume,
        minutes,
        uncovered: 0,
        final,
        version,
      } satisfies LongerBar;
    }
  }
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1e3;
}

const folder = await mkdtemp(join(tmpdir(), 'barflow-bench-'));
try {
  const path = join(folder, 'x.duckdb');
  const file = await ResearchFile.open({
    path,
    feed: 'stocks',
    market: 'stocks',
    calendar: calendarOf('stocks'),
  });
  for (const day of [first ?? 0, ...others])
    for (let offset = 0; offset < MINUTES; offset++) {
      // What was not finished gave way long ago.
      for (const record of recordsOf(day, offset)) if (record.final) file.take(record);
      if (offset % 50 === 49) await file.flush([]);
    }
  const flushes: number[] = [];
  let [records, move] = [0, 0];
  const before = process.cpuUsage();
  for (let offset = 0; offset < MINUTES; offset++) {
    const now = measured + (offset + 1) * MINUTE;
    for (const record of recordsOf(measured, offset)) {
      file.take(record);
      records++;
    }
    const places = ['minutes', 'bars'].map(stream => ({
      stream,
      shards: { 'shardId-0': { after: `${now}` } },
    }));
    for (let flush = 0; flush < FLUSHES_A_MINUTE; flush++) {
      const written = await seconds(() => file.flush(places));
      const aged = await seconds(() => file.age(HOT, WARM, now));
      move = Math.max(move, aged);
      flushes.push(written + (aged === move ? 0 : aged));
    }
  }
  const { user, system } = process.cpuUsage(before);
  file.close();
  console.log(
    JSON.stringify({
      ...{ minutes: symbols.length * MINUTES, records, flushes, move },
      processor: (user + system) / 1e6,
      megabytes: process.resourceUsage().maxRSS / 1e3,
      fileMegabytes: (await stat(path)).size / 1e6,
    } satisfies Researched),
  );
} finally {
  await rm(folder, { recursive: true });
}
