/** `npm run research`: fills a DuckDB file from the streams and follows them. Exit codes: 0 ended or caught up, 2 it cannot be. */
import { setTimeout as sleep } from 'node:timers/promises';
import { calendarOf } from '../../runtime/markets/calendar.ts';
import { marketOf } from '../../runtime/markets/market.ts';
import { instant, wholeOf } from '../command-line/option-values.ts';
import { Outlet } from '../command-line/outlet.ts';
import { archiveSource } from '../operate/archive-source.ts';
import { exitCodeOf, OperatorError } from '../operate/operator-error.ts';
import { tailSource } from '../operate/tail-source.ts';
import { type Extra, readWhere } from '../operate/where.ts';
import { apiAt } from './api-client.ts';
import { ArchivedDays } from './archived-days.ts';
import { Following } from './following.ts';
import { fillHistory, type Range } from './history.ts';
import { ResearchFile } from './research-file.ts';
import { SessionFollowing } from './session-following.ts';

const usage = `Usage: npm run research -- --local [--port P] | --env NAME [--api URL] [--feed NAME] --db FILE.duckdb [--from ISO [--to ISO]] [--follow]
       [--hot-days N] [--warm-days N]
Fills a DuckDB file with the minutes and bars that the streams retain, from where it was the last time, and with the record of every session:
tables intraday_bars, bars, symbols, ingestion_log, feature_definitions, and the view intraday_features. A correction replaces its row.
  --env NAME       an environment of lib/environments.ts
  --local          the pipeline that runs on this machine (npm start), on --port P (default 8080)
  --feed NAME      which feed, where there are several
  --api URL        the query API's address where it has one of its own, such as https://bars.example.com
  --db FILE        the file, made when it is not there; while this runs no other program can open it
  --from, --to     first what starts in [from, to), which the streams no longer carry: from the archive of the environment where it has the
                   day, else from the query API (default of --to: now)
  --follow         goes on until Ctrl-C, and writes every 10 seconds; without it, ends when all is there
  --hot-days N     minutes older than that become bars of 5m (default 7; event time)
  --warm-days N    bars of 5m older than that go (default 30)
  -h, --help       this text
Exit codes: 0 ended by Ctrl-C, or all is there, 2 it cannot be done`;

/** Between two flushes, ms. */
const FLUSH_EVERY = 10_000;
const LOOK_EVERY = 250;
const DAYS = { min: 1, max: 36_500 } as const;

process.exitCode = await exitCodeOf(async () => {
  const options: Extra = {
    ...{ feed: { type: 'string' }, db: { type: 'string' }, follow: { type: 'boolean' } },
    ...{ from: { type: 'string' }, to: { type: 'string' }, api: { type: 'string' } },
    ...{ 'hot-days': { type: 'string' }, 'warm-days': { type: 'string' } },
  };
  const asked = readWhere(process.argv.slice(2), usage, options);
  const path = asked.text('db');
  if (path === undefined)
    throw new OperatorError('into which file? Give --db FILE.duckdb (--help explains it)');
  const hot = wholeOf('hot-days', asked.text('hot-days'), { fallback: 7, ...DAYS });
  const warm = wholeOf('warm-days', asked.text('warm-days'), { fallback: 30, ...DAYS });
  if (warm < hot)
    throw new OperatorError(`--warm-days ${warm} is less than --hot-days ${hot}: give as many at least`);
  const range = rangeOf(asked.text('from'), asked.text('to'));
  const { client, streams, feed, market } = await tailSource(asked.where, asked.text('feed'));
  if (feed === undefined || market === undefined)
    throw new OperatorError('what answers does not say which feed it runs: start a pipeline of this version');
  const calendar = calendarOf(marketOf(market));
  const file = await ResearchFile.open({ path, feed, market, calendar });
  const outlet = new Outlet();
  const ended = new AbortController();
  const signal = AbortSignal.any([outlet.signal, ended.signal]);
  const say = (line: string) => outlet.line(line);
  const following = new Following({
    ...{ client, file, signal, streams: [streams.minutes, streams.bars], say },
  });
  const sessions = new SessionFollowing({
    ...{ api: () => apiAt(asked, signal), feed, file, signal, say },
  });
  if (range) {
    const [ask, source] = await Promise.all([apiAt(asked), archiveSource(asked.where, feed)]);
    const archive = source && new ArchivedDays(source.client, source.bucket, feed);
    await fillHistory({ file, archive, ask, feed, calendar, signal, say }, range);
  }
  const flush = async () => {
    const { newest } = following;
    const { minutes, bars } = await file.flush(following.places);
    if (newest > 0) await file.age(hot, warm, newest);
    if (minutes + bars > 0)
      await outlet.line(
        `${minutes} minutes and ${bars} bars written${newest > 0 ? `, up to ${new Date(newest).toISOString()}` : ''}`,
      );
  };
  const run = Promise.all([following.run(), sessions.run()]);
  const isCaughtUp = () => following.isCaughtUp && sessions.hasLooked;
  try {
    await Promise.race([run, flushing(asked.has('follow') ? () => false : isCaughtUp, flush, signal)]);
    ended.abort();
    await run;
    await flush();
    await file.end();
  } finally {
    ended.abort();
    client.destroy();
  }
  return 0;
});

/** @throws UsageError or OperatorError for what is no range */
function rangeOf(from: string | undefined, to: string | undefined): Range | undefined {
  const range = { from: instant('from', from), to: instant('to', to) ?? Date.now() };
  if (range.from === undefined) {
    if (to === undefined) return undefined;
    throw new OperatorError(`--to ${to} goes with --from: it ends the range that --from begins`);
  }
  if (range.to > range.from) return { from: range.from, to: range.to };
  throw new OperatorError(`--from ${from} is not before --to ${to ?? 'now'}: the range is empty`);
}

/** Flushes now and then until the signal aborts, or it is over. */
async function flushing(
  isOver: () => boolean,
  flush: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let flushed = performance.now();
  while (!signal.aborted) {
    await sleep(LOOK_EVERY, undefined, { signal }).catch(() => {});
    if (isOver()) return;
    if (performance.now() - flushed < FLUSH_EVERY) continue;
    await flush();
    flushed = performance.now();
  }
}
