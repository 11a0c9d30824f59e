/** The options of `npm start`: read, checked against each other, and explained. */
import { parseArgs } from 'node:util';
import { type Alignment, alignments, type Market, markets } from '../runtime/bars/names.ts';
import { MINUTE } from '../runtime/bars/timeframe.ts';

/** What feeds the pipeline. */
export type FeedChoice =
  | { readonly kind: 'simulation'; readonly seed: number }
  | { readonly kind: 'replay'; readonly file: string }
  | { readonly kind: 'import'; readonly files: readonly string[]; readonly authoritative: boolean }
  | { readonly kind: 'live' };

export interface Options {
  readonly feed: FeedChoice;
  readonly market: Market;
  readonly alignment: Alignment;
  /** First minute, epoch ms. @default the file's first, or the open of the market's last session */
  readonly from?: number;
  /** End of the range, epoch ms, not in it. @default the file's end, or none */
  readonly to?: number;
  /** How many times faster than the wall clock event time runs. */
  readonly speed: number;
  /** Symbols by name, or how many simulated ones. @default everything in the file, 50 simulated ones */
  readonly symbols?: readonly string[] | number;
  /** Folder for every record of both streams. @default not written */
  readonly out?: string;
  /** Stop when the feed has ended and everything is final. */
  readonly exit: boolean;
  /** Port of the status page; 0 takes any free one. */
  readonly port: number;
}

/** A command line that cannot be followed; the message says what was got and what is allowed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = `Usage: npm start -- [options]

Runs the whole pipeline on this machine, from the same templates that the cloud gets.

What feeds it (one of these; without one, a simulated market):
  --replay FILE         a vendor flat file (.csv or .csv.gz) through the simulated vendor's socket
  --import FILE         such a file straight into the minutes stream, as fast as it goes; may be repeated
    --authoritative     its rows replace whatever is known of their minutes (versions are taken from the clock)
  --live                the vendor's real feed, with the key in POLYGON_API_KEY
  --seed N              which simulated market (default 1)

Which part of it:
  --from ISO --to ISO   only the minutes that start in [from, to), such as 2013-10-08T13:30:00Z
  --symbols A,B         what to subscribe (default: everything in the file)
  --symbols N           how many simulated symbols (default 50)

How:
  --speed N             event time runs N times as fast as the clock (default 60)
  --market NAME         ${markets.join(', ')} (default stocks)
  --alignment NAME      ${alignments.join(' or ')}: what windows are anchored at (default clock)

What comes out:
  --out DIR             writes every record of both streams: DIR/minutes.ndjson, DIR/bars.ndjson
  --port P              port of the status page, 0 for any free one (default 8080)
  --exit                stops when the feed has ended and every bar is final
  --help                this text

Exit codes: 0 done; 1 a minute was lost or something was quarantined; 2 wrong options, settings or files.
`;

const definitions = {
  replay: { type: 'string' },
  import: { type: 'string', multiple: true },
  authoritative: { type: 'boolean' },
  live: { type: 'boolean' },
  seed: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  symbols: { type: 'string' },
  speed: { type: 'string' },
  market: { type: 'string' },
  alignment: { type: 'string' },
  out: { type: 'string' },
  port: { type: 'string' },
  exit: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/** @returns the options, or 'help' when that is asked for. @throws UsageError */
export function readOptions(args: readonly string[]): Options | 'help' {
  const values = parse(args);
  if (values.help) return 'help';
  const feed = feedOf(values);
  if (values.speed !== undefined && (feed.kind === 'import' || feed.kind === 'live')) {
    throw new UsageError(`--speed does not go with --${feed.kind}: it is for the simulation and --replay`);
  }
  if (values.exit && feed.kind === 'live')
    throw new UsageError('--exit does not go with --live: that feed has no end');
  if (feed.kind === 'live' && (values.from ?? values.to) !== undefined) {
    throw new UsageError('--from and --to do not go with --live: they choose a part of a file or simulation');
  }
  const from = instant('from', values.from);
  const to = instant('to', values.to);
  if (from !== undefined && to !== undefined && to <= from) {
    throw new UsageError(
      `--to ${values.to} is not after --from ${values.from}: the range [from, to) is empty`,
    );
  }
  const symbols = symbolsOf(values.symbols, feed);
  return {
    feed,
    market: oneOf('market', values.market, markets, 'stocks'),
    alignment: oneOf('alignment', values.alignment, alignments, 'clock'),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    speed: numberOf('speed', values.speed, { fallback: 60, min: 0.1, max: 6_000 }),
    ...(symbols === undefined ? {} : { symbols }),
    ...(values.out === undefined ? {} : { out: values.out }),
    exit: values.exit ?? false,
    port: wholeOf('port', values.port, { fallback: 8080, min: 0, max: 65_535 }),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: definitions, allowPositionals: false }).values;
  } catch (error) {
    const flags = Object.keys(definitions).map(name => `--${name}`);
    const problem = error instanceof Error ? error.message.split('. ')[0] : String(error);
    throw new UsageError(`${problem}: use ${flags.join(' ')} (--help explains them)`);
  }
}

function feedOf(values: ReturnType<typeof parse>): FeedChoice {
  const { replay, import: files, live, seed, authoritative = false } = values;
  const given = [
    ...(replay === undefined ? [] : ['--replay']),
    ...(files ? ['--import'] : []),
    ...(live ? ['--live'] : []),
  ];
  if (given.length > 1) throw new UsageError(`${given.join(' and ')} exclude each other: give one of them`);
  if (authoritative && !files) throw new UsageError('--authoritative goes with --import alone');
  if (seed !== undefined && given.length > 0)
    throw new UsageError(`--seed does not go with ${given[0]}: it is for the simulation`);
  if (replay !== undefined) return { kind: 'replay', file: replay };
  if (files) return { kind: 'import', files, authoritative };
  if (live) return { kind: 'live' };
  return { kind: 'simulation', seed: wholeOf('seed', seed, { fallback: 1, min: 0, max: 2 ** 32 - 1 }) };
}

function symbolsOf(text: string | undefined, feed: FeedChoice): readonly string[] | number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) {
    if (feed.kind !== 'simulation')
      throw new UsageError(
        `--symbols ${text} is for the simulation: name the symbols, as in --symbols AAPL,MSFT`,
      );
    return wholeOf('symbols', text, { fallback: 50, min: 1, max: 20_000 });
  }
  const symbols = text.split(',');
  const bad = symbols.find(symbol => !/^[!-+\--~]{1,64}$/.test(symbol));
  if (bad !== undefined)
    throw new UsageError(
      `--symbols '${text}' holds '${bad}': separate symbols by single commas, without spaces`,
    );
  if (feed.kind === 'simulation')
    throw new UsageError(
      `--symbols '${text}' is not a number: the simulation makes its own symbols, say how many`,
    );
  return [...new Set(symbols)];
}

function instant(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (Number.isNaN(at))
    throw new UsageError(
      `--${name} '${text}' is not an instant: use ISO 8601 with a zone, such as 2013-10-08T13:30:00Z`,
    );
  if (at % MINUTE !== 0) throw new UsageError(`--${name} '${text}' is not on a full minute`);
  return at;
}

function oneOf<T extends string>(
  name: string,
  text: string | undefined,
  allowed: readonly T[],
  fallback: T,
): T {
  if (text === undefined) return fallback;
  const found = allowed.find(each => each === text);
  if (found === undefined)
    throw new UsageError(`--${name} '${text}' is unknown: use one of ${allowed.join(', ')}`);
  return found;
}

interface Range {
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
}

function numberOf(name: string, text: string | undefined, { fallback, min, max }: Range): number {
  if (text === undefined) return fallback;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value >= min && value <= max))
    throw new UsageError(`--${name} '${text}' is not allowed: use a number from ${min} to ${max}`);
  return value;
}

function wholeOf(name: string, text: string | undefined, range: Range): number {
  const value = numberOf(name, text, range);
  if (!Number.isInteger(value))
    throw new UsageError(
      `--${name} '${text}' is not allowed: use a whole number from ${range.min} to ${range.max}`,
    );
  return value;
}
