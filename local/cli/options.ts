/** The options of `npm start`, read and checked against each other. */
import { type Alignment, alignments, type Market, markets } from '../../runtime/markets/names.ts';
import { betterSymbol, symbolOf } from '../../runtime/vendor/ticker-names.ts';
import { asksForHelp, flagsOf } from '../command-line/command-line.ts';
import { instant, numberOf, oneOf, UsageError, wholeOf } from '../command-line/option-values.ts';
import type { FlatFileOptions } from '../flat-files/flat-file.ts';
import { type ChosenFeed, chosenFeedsOf, plainFeed } from './chosen-feeds.ts';
import { faultPlanOf, type PlannedFault } from './fault-plan.ts';
import { type LiveHost, liveHostOf } from './live-host.ts';
import { keptChannels, redisOption } from './redis-server.ts';

/** What feeds the pipeline. */
export type FeedChoice =
  | { readonly kind: 'simulation'; readonly seed: number }
  | { readonly kind: 'replay'; readonly file: string }
  | { readonly kind: 'import'; readonly files: readonly string[]; readonly authoritative: boolean }
  | { readonly kind: 'live'; readonly live: LiveHost };

/** Where events can be passed on to on this machine. */
export const localSinks = ['events', 's3', 'stdout'] as const;
export type LocalSink = (typeof localSinks)[number];

export interface Options {
  readonly feed: FeedChoice;
  /** Of the first feed. */
  readonly market: Market;
  /** At least one; several of a simulation alone. */
  readonly feeds: readonly [ChosenFeed, ...ChosenFeed[]];
  readonly alignment: Alignment;
  /** Where feeds pass on to what they do. @default their own streams of events, where no Redis server takes it */
  readonly sinks?: readonly LocalSink[];
  /** First minute, epoch ms. @default the file's first, or the open of the market's last session */
  readonly from?: number;
  /** End of the range, epoch ms, not in it. @default the file's end, or none */
  readonly to?: number;
  /** How many times faster than the wall clock event time runs. */
  readonly speed: number;
  /** Symbols by name, or how many of the simulated market's. @default everything in the file, 50 simulated ones */
  readonly symbols?: readonly string[] | number;
  /** Folder for every record of both streams. @default not written */
  readonly out?: string;
  /** Stop when the feed has ended and everything is final. */
  readonly exit: boolean;
  /** Address of a Redis server for the latest of everything; it may hold a password. @default nothing is written there */
  readonly redis?: string;
  /** What the simulated vendor does wrong. @default nothing */
  readonly faults?: readonly PlannedFault[];
  /** Port of the status page; 0 takes any free one. */
  readonly port: number;
}

/** How many symbols a market trades, about. */
const WHOLE_MARKET: Readonly<Record<Market, number>> = {
  stocks: 11_000,
  crypto: 600,
  futures: 1_500,
  options: 20_000,
  forex: 150,
  indices: 1_000,
};

const definitions = {
  replay: { type: 'string', multiple: true },
  import: { type: 'string', multiple: true },
  authoritative: { type: 'boolean' },
  live: { type: 'boolean' },
  host: { type: 'string' },
  delay: { type: 'string' },
  seed: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  symbols: { type: 'string' },
  speed: { type: 'string' },
  market: { type: 'string' },
  feeds: { type: 'string' },
  sinks: { type: 'string' },
  alignment: { type: 'string' },
  fault: { type: 'string', multiple: true },
  redis: { type: 'string' },
  out: { type: 'string' },
  port: { type: 'string' },
  exit: { type: 'boolean' },
} as const;

/** @returns the options, or 'help' when that is asked for. @throws UsageError */
export function readOptions(args: readonly string[]): Options | 'help' {
  if (asksForHelp(args)) return 'help';
  const values = flagsOf(args, definitions);
  const feeds = feedsOf(values);
  const [{ market }] = feeds;
  const feed = feedOf(values, market);
  if (values.feeds !== undefined && feed.kind !== 'simulation')
    throw new UsageError(`--feeds does not go with --${feed.kind}: it is for the simulation`);
  if (values.speed !== undefined && (feed.kind === 'import' || feed.kind === 'live')) {
    throw new UsageError(`--speed does not go with --${feed.kind}: it is for the simulation and --replay`);
  }
  if (values.exit && feed.kind === 'live')
    throw new UsageError('--exit does not go with --live: that feed has no end');
  if (feed.kind === 'live' && (values.from ?? values.to) !== undefined) {
    throw new UsageError('--from and --to do not go with --live: they choose a part of a file or simulation');
  }
  if (values.fault && (feed.kind === 'import' || feed.kind === 'live'))
    throw new UsageError(`--fault does not go with --${feed.kind}: it is for the simulated vendor`);
  const from = instant('from', values.from);
  const to = instant('to', values.to);
  if (from !== undefined && to !== undefined && to <= from) {
    throw new UsageError(
      `--to ${values.to} is not after --from ${values.from}: the range [from, to) is empty`,
    );
  }
  const symbols = symbolsOf(values.symbols, feed, market);
  if (feeds.length > 1 && symbols !== undefined && !/^\d+$/.test(values.symbols ?? ''))
    throw new UsageError(
      `--symbols '${values.symbols}' does not go with several feeds: say how many each has, such as --symbols 20`,
    );
  const faults = values.fault?.flatMap(faultPlanOf);
  for (const { feed: name } of faults ?? [])
    if (name !== undefined && !feeds.some(each => each.name === name))
      throw new UsageError(
        `--fault ${name}:… names no feed: use one of ${feeds.map(each => each.name).join(', ')}, or none for all of them`,
      );
  return {
    feed,
    market,
    feeds,
    ...(values.sinks !== undefined && { sinks: sinksOf(values.sinks, feeds) }),
    alignment: oneOf('alignment', values.alignment, alignments, 'clock'),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    speed: numberOf('speed', values.speed, { fallback: 60, min: 0.1, max: 6_000 }),
    ...(symbols === undefined ? {} : { symbols }),
    ...(values.out === undefined ? {} : { out: values.out }),
    ...(values.redis !== undefined && { redis: redisOption(values.redis, feeds) }),
    ...(faults && { faults }),
    exit: values.exit ?? false,
    port: wholeOf('port', values.port, { fallback: 8080, min: 0, max: 65_535 }),
  };
}

type Values = ReturnType<typeof flagsOf<typeof definitions>>;

function feedsOf({ feeds, market, redis }: Values): Options['feeds'] {
  if (feeds === undefined) {
    const plain = plainFeed(oneOf('market', market, markets, 'stocks'));
    return [{ ...plain, ...(redis !== undefined && { channels: keptChannels(plain.market) }) }];
  }
  if (market !== undefined)
    throw new UsageError(`--market ${market} does not go with --feeds: each feed there names its market`);
  return chosenFeedsOf(feeds);
}

function sinksOf(text: string, feeds: Options['feeds']): LocalSink[] {
  if (feeds.every(({ channels }) => channels.every(name => name === 'minutes')))
    throw new UsageError(
      `--sinks ${text} would take nothing: name channels besides minutes, as in --feeds stocks:minutes+trades`,
    );
  return [...new Set(text.split(',').map(name => oneOf('sinks', name, localSinks, 'events')))];
}

function feedOf(values: Values, market: Market): FeedChoice {
  const { replay: replays = [], import: files, live, host, delay, seed, authoritative = false } = values;
  const [replay, another] = replays;
  if (another !== undefined)
    throw new UsageError(`--replay ${replay} and --replay ${another}: give one file, or import both`);
  const given = [
    ...(replay === undefined ? [] : ['--replay']),
    ...(files ? ['--import'] : []),
    ...(live ? ['--live'] : []),
  ];
  if (given.length > 1) throw new UsageError(`${given.join(' and ')} exclude each other: give one of them`);
  if (authoritative && !files) throw new UsageError('--authoritative goes with --import alone');
  if (seed !== undefined && given.length > 0)
    throw new UsageError(`--seed does not go with ${given[0]}: it is for the simulation`);
  if (live) return { kind: 'live', live: liveHostOf(host, delay, market) };
  if (host !== undefined || delay !== undefined)
    throw new UsageError('--host and --delay go with --live alone: they name the vendor’s host');
  if (replay !== undefined) return { kind: 'replay', file: replay };
  if (files) return { kind: 'import', files, authoritative };
  return { kind: 'simulation', seed: wholeOf('seed', seed, { fallback: 1, min: 0, max: 2 ** 32 - 1 }) };
}

function symbolsOf(
  text: string | undefined,
  feed: FeedChoice,
  market: Market,
): readonly string[] | number | undefined {
  if (text === undefined) return undefined;
  if (text === '*') {
    if (feed.kind === 'live') return undefined;
    if (feed.kind === 'simulation') return WHOLE_MARKET[market];
    throw new UsageError(
      "--symbols '*' is for --live and the simulation: without --symbols everything in a file is taken",
    );
  }
  if (/^\d+$/.test(text)) {
    if (feed.kind !== 'simulation')
      throw new UsageError(
        `--symbols ${text} is for the simulation: name the symbols, as in --symbols AAPL,MSFT`,
      );
    return wholeOf('symbols', text, { fallback: 50, min: 1, max: 20_000 });
  }
  const symbols = text.split(',');
  const bad = symbols.find(symbol => !/^[!-)+\--~]{1,64}$/.test(symbol));
  if (bad !== undefined)
    throw new UsageError(
      `--symbols '${text}' holds '${bad}': separate symbols of 1 to 64 characters by single commas, without spaces`,
    );
  const spelt = new Set(symbols.map(symbol => symbolOf(market, symbol)));
  // A file has what it has, and says so.
  if ('file' in feed || 'files' in feed) return [...spelt];
  for (const symbol of spelt) {
    const use = betterSymbol(market, symbol);
    if (use !== undefined) throw new UsageError(`--symbols '${text}' holds '${symbol}': use ${use}`);
  }
  return [...spelt];
}

/** What of a file is asked for. */
export function fileOptions({ market, from, to, symbols }: Options): FlatFileOptions {
  return {
    market,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(Array.isArray(symbols) ? { symbols } : {}),
  };
}
