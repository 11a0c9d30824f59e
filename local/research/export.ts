/** `npm run export`: bars of a range into one file. Exit codes: 0 written, 2 it cannot be. */
import { rename } from 'node:fs/promises';
import { timeframes } from '../../runtime/markets/timeframe.ts';
import { oneOf } from '../command-line/option-values.ts';
import { tell } from '../command-line/tell.ts';
import { exitCodeOf, OperatorError } from '../operate/operator-error.ts';
import { type Extra, readWhere } from '../operate/where.ts';
import { apiAt } from './api-client.ts';
import { convert } from './export-form.ts';
import { ExportPart } from './export-part.ts';
import { allSymbols, barsIn } from './pages.ts';

const usage = `Usage: npm run export -- --local [--port P] | --env NAME [--api URL] [--feed NAME] --timeframe T --out FILE [--symbols A,B] [--from ISO] [--to ISO]
Asks the query API for bars and writes them into one file, by symbol and start. Broken off, the same command goes on where it was.
  --env NAME       an environment of lib/environments.ts, asked with your own AWS credentials
  --local          the pipeline that runs on this machine (npm start), on --port P (default 8080)
  --feed NAME      which feed, where there are several
  --api URL        the query API's address where it has one of its own, such as https://bars.example.com
  --timeframe T    one of ${timeframes.join(', ')}
  --out FILE       .parquet, .csv or .ndjson (a record a line, as the stream has it); it must not be there yet
  --symbols A,B    only these (default: all that the feed has bars of)
  --from, --to     only bars that start in [from, to), ISO 8601 (default: all)
  -h, --help       this text
Exit codes: 0 written, 2 it cannot be`;

/** Bars of a page. */
const LIMIT = '10000';
const TOLD_EVERY = 2_000;

process.exitCode = await exitCodeOf(async () => {
  const text = { type: 'string' } as const;
  const options: Extra = {
    feed: text,
    api: text,
    timeframe: text,
    out: text,
    symbols: text,
    from: text,
    to: text,
  };
  const asked = readWhere(process.argv.slice(2), usage, options);
  const path = asked.text('out');
  if (path === undefined)
    throw new OperatorError('into which file? Give --out FILE.parquet, .csv or .ndjson');
  const form = oneOf('out', /\.(\w+)$/.exec(path)?.[1], ['parquet', 'csv', 'ndjson'] as const, 'parquet');
  const timeframe = asked.text('timeframe');
  if (timeframe === undefined)
    throw new OperatorError(`bars of which length? Give --timeframe, one of ${timeframes.join(', ')}`);
  const given = ['feed', 'from', 'to'].flatMap(name => {
    const value = asked.text(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const question = {
    timeframe: oneOf('timeframe', timeframe, timeframes, '5m'),
    ...Object.fromEntries(given),
  };
  const ask = await apiAt(asked);
  const symbols = asked.text('symbols')?.split(',') ?? (await allSymbols(ask, asked.text('feed')));
  const part = await ExportPart.open(path, {
    ...question,
    symbols: symbols.join(','),
    where: JSON.stringify(asked.where),
  });
  if (part.progress.rows > 0)
    tell(`goes on after ${part.progress.rows} bars of ${part.progress.done} symbols`);
  let told = performance.now();
  for (let { done, cursor } = part.progress; done < symbols.length; { done, cursor } = part.progress) {
    const one = {
      ...question,
      symbols: symbols[done] ?? '',
      limit: LIMIT,
      ...(cursor !== undefined && { cursor }),
    };
    const { bars, nextCursor } = barsIn(await ask('/v1/bars', one), one.symbols);
    await part.add(bars, nextCursor === undefined ? { done: done + 1 } : { done, cursor: nextCursor });
    if (performance.now() - told < TOLD_EVERY) continue;
    told = performance.now();
    tell(`${part.progress.rows} bars, ${part.progress.done} of ${symbols.length} symbols`);
  }
  if (form === 'ndjson') await rename(part.lines, path);
  else await convert(part.lines, path, form);
  const { rows } = part.progress;
  await part.end();
  tell(`${path}: ${rows} bars of ${symbols.length} symbols`);
  return 0;
});
