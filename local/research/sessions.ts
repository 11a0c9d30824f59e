/** `npm run sessions`: what happened in the sessions of a feed. Exit codes: 0 told, 2 it cannot be. */
import { instant, wholeOf } from '../command-line/option-values.ts';
import { tell } from '../command-line/tell.ts';
import { exitCodeOf } from '../operate/operator-error.ts';
import { readWhere } from '../operate/where.ts';
import { apiAt } from './api-client.ts';
import { sessionLines } from './session-lines.ts';
import { sessionsOf } from './session-pages.ts';

const usage = `Usage: npm run sessions -- --local [--port P] | --env NAME [--api URL] [--feed NAME] [--from ISO] [--to ISO] [--last N] [--json]
Tells of every session of a feed what its record says: bars received, published, corrected and backfilled, minutes uncovered,
reconnections, hand-overs, refused data.
  --env NAME     an environment of lib/environments.ts, asked with your own AWS credentials
  --local        the pipeline that runs on this machine (npm start), on --port P (default 8080)
  --feed NAME    which feed, where there are several
  --api URL      the query API's address where it has one of its own, such as https://bars.example.com
  --from, --to   sessions that start in [from, to), ISO 8601 (default: all that are kept, 400 days)
  --last N       only the latest N of them (default 30)
  --json         the records as JSON, with what happened when
  -h, --help     this text
Exit codes: 0 told, 2 it cannot be`;

process.exitCode = await exitCodeOf(async () => {
  const text = { type: 'string' } as const;
  const asked = readWhere(process.argv.slice(2), usage, {
    ...{ feed: text, api: text, from: text },
    to: text,
    last: text,
    json: { type: 'boolean' },
  });
  const last = wholeOf('last', asked.text('last'), { fallback: 30, min: 1, max: 10_000 });
  for (const name of ['from', 'to'] as const) instant(name, asked.text(name));
  const ask = await apiAt(asked);
  const range = { feed: asked.text('feed'), from: asked.text('from'), to: asked.text('to') };
  const sessions = await sessionsOf(ask, range, last);
  if (asked.has('json')) tell(JSON.stringify(sessions, undefined, 2));
  else tell(sessionLines(sessions, process.stdout.columns ?? 200).join('\n'));
  return 0;
});
