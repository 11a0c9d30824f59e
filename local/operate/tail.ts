/** `npm run tail`: follows the bars of a feed, or what it passes on. Exit codes: 0 ended by a person or a reader that has gone, 2 it cannot be followed. */
import type { Bar } from '../../kit/index.ts';
import { followStream } from '../../kit/stream/index.ts';
import { SYMBOL } from '../../runtime/markets/names.ts';
import { timeframes } from '../../runtime/markets/timeframe.ts';
import { oneOf, UsageError } from '../command-line/option-values.ts';
import { Outlet } from '../command-line/outlet.ts';
import { complain } from '../command-line/tell.ts';
import { exitCodeOf, OperatorError } from './operator-error.ts';
import { eventsFollowed } from './tail-events.ts';
import { fromOf } from './tail-from.ts';
import { marks, TailLines } from './tail-lines.ts';
import { type Followed, tailSource } from './tail-source.ts';
import { type Asked, type Extra, readWhere } from './where.ts';

const legend = Object.values(marks).map(([mark, meaning]) => `${mark} ${meaning}`);

const usage = `Usage: npm run tail -- [--env NAME | --local [--port P]] [--feed NAME] [--symbol S]… [--timeframe T]… [--from WHEN] [--json]
       … --events [--kind K]… in place of --timeframe
  --env NAME       an environment of lib/environments.ts
  --local          the pipeline that runs on this machine (npm start), on --port P (default 8080); so it is without --env
  --feed NAME      which feed, where there are several
  --symbol S       only this symbol, in the vendor's spelling; may be given several times
  --timeframe T    only this timeframe, of ${timeframes.join(', ')}; may be given several times (default: all but 1m)
  --events         what the feed passes on, from its stream of events, in place of bars
  --kind K         only this kind of them, as the vendor calls it, such as T or Q; may be given several times
  --from WHEN      LATEST (default); TRIM_HORIZON for all that the stream retains; or what arrived from an instant on, such
                   as 2025-11-20T14:30:00Z, by the clock of the stream, which --speed does not change
  --json           every record as it stands on the stream, one a line; of events their envelopes
  -h, --help       this text
Without --json a bar is one line, shown when it is new or newer than what was shown of it. Behind it:
  ${legend.join('; ')}.
Splits and merges of shards are followed, throttling and outages waited for.
Exit codes: 0 ended by Ctrl-C or because nobody reads on, 2 it cannot be followed`;

/** How often trouble that goes on is told of (ms). */
const TOLD_EVERY = 30_000;

process.exitCode = await exitCodeOf(async () => {
  const given = process.argv.slice(2);
  const isPlaced = given.some(each => each === '--local' || /^--env(?:=|$)/.test(each));
  const extra: Extra = {
    ...{ feed: { type: 'string' }, from: { type: 'string' }, json: { type: 'boolean' } },
    symbol: { type: 'string', multiple: true },
    timeframe: { type: 'string', multiple: true },
    events: { type: 'boolean' },
    kind: { type: 'string', multiple: true },
  };
  const asked = readWhere(isPlaced ? given : [...given, '--local'], usage, extra);
  const from = fromOf(asked.text('from'));
  const symbols = new Set(asked.texts('symbol').map(symbolGiven));
  const outlet = new Outlet();
  const isAsked = (symbol: string) => symbols.size === 0 || symbols.has(symbol);
  const followed = asked.has('events')
    ? await eventsFollowed(asked, isAsked, outlet)
    : await barsFollowed(asked, isAsked, outlet);
  const options = { from, client: followed.client, signal: outlet.signal };
  try {
    await Promise.all(
      followed.streams.map(stream => followed.follow({ ...options, stream, onTrouble: teller() })),
    );
  } catch (error) {
    const isAnew = /ResourceNotFound|InvalidArgument/.test(error instanceof Error ? error.name : '');
    if (asked.where.kind === 'cloud' || !isAnew) throw error;
    throw new OperatorError('the pipeline on this machine was started anew: follow it again');
  } finally {
    followed.client.destroy();
  }
  return 0;
});

/** @throws UsageError or OperatorError where there is nothing to follow */
async function barsFollowed(
  asked: Asked,
  isAsked: (symbol: string) => boolean,
  outlet: Outlet,
): Promise<Followed> {
  if (asked.texts('kind').length > 0)
    throw new UsageError('--kind goes with --events: bars are told apart by --timeframe');
  const wanted = asked.texts('timeframe').map(text => oneOf('timeframe', text, timeframes, '5m'));
  const { client, streams } = await tailSource(asked.where, asked.text('feed'));
  const lines = new TailLines(outlet.columns);
  const isWanted = ({ symbol, timeframe }: Bar) =>
    isAsked(symbol) && (wanted.length === 0 || wanted.includes(timeframe));
  return {
    client,
    streams: [
      ...(wanted.includes('1m') ? [streams.minutes] : []),
      ...(wanted.length === 0 || wanted.some(each => each !== '1m') ? [streams.bars] : []),
    ],
    async follow(options) {
      for await (const { record, text } of followStream(options)) {
        if (record.type !== 'bar' || !isWanted(record)) continue;
        // A record may be written over several lines; within texts JSON has none.
        if (asked.has('json')) await outlet.line(text.replace(/\s*\n\s*/g, ' '));
        else for (const line of lines.of(record)) await outlet.line(line);
      }
    },
  };
}

/** @throws UsageError for what nothing can have as its symbol: it would be waited for without end */
function symbolGiven(text: string): string {
  if (SYMBOL.test(text) && !text.includes(',')) return text;
  throw new UsageError(
    `--symbol '${text}' is no symbol: use one of 1 to 64 printable characters without spaces and commas, and --symbol again for another`,
  );
}

/** Says what is waited for, but not with every attempt. */
function teller(): (error: Error) => void {
  let told = Number.NEGATIVE_INFINITY;
  return ({ name, message }) => {
    const now = performance.now();
    if (now - told < TOLD_EVERY) return;
    told = now;
    complain(`waiting for Kinesis: ${name}: ${message}`);
  };
}
