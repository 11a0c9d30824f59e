/** The answers of the routes as schemas: their types, and what the OpenAPI document says of them. */
import * as v from 'valibot';
import { features } from '../../fold/features/features.ts';
import type { FeatureName } from '../../fold/features/names.ts';
import type { RolledTimeframe } from '../../markets/timeframe.ts';
import { timeframes } from '../../markets/timeframe.ts';

export const at = (what: string) =>
  v.pipe(v.number(), v.integer(), v.description(`${what}, epoch milliseconds UTC`));
export const count = (what: string) => v.pipe(v.number(), v.integer(), v.minValue(0), v.description(what));
const price = v.number();
export const nextCursor = v.optional(
  v.pipe(v.string(), v.description('There is more: ask again with it as cursor')),
);
const through = v.optional(
  at('Everything that ends by then is there, or is declared uncovered; absent before the first watermark'),
);

/** What any bar has of prices and volume. */
const ohlcv = {
  open: price,
  high: price,
  low: price,
  close: price,
  volume: v.pipe(
    v.number(),
    v.minValue(0),
    v.description('Exact: it may have more digits than a double holds'),
  ),
  vwap: v.optional(v.pipe(price, v.description('Absent where a minute with volume has none'))),
  trades: v.optional(count('How many trades it is made of')),
};

const session = v.pipe(
  v.string(),
  v.minLength(1),
  v.description('Of the first open minute; closed outside all sessions'),
);
const version = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(1),
  v.description('Of two bars with one symbol, timeframe and start the higher is the newer'),
);

export const bar = v.strictObject({
  type: v.literal('bar'),
  schema: v.literal(1),
  symbol: v.pipe(v.string(), v.minLength(1)),
  timeframe: v.picklist(timeframes),
  start: at('The bar covers [start, end)'),
  end: at('The bar covers [start, end)'),
  ...ohlcv,
  minutes: count('How many minute bars it is made of'),
  uncovered: count('How many of its minutes the feed was blind for'),
  session,
  final: v.pipe(v.boolean(), v.description('Whether the window is closed; a correction can still follow')),
  version,
});

const gap = v.pipe(
  v.strictObject({ start: at('Begins'), end: at('Ends') }),
  v.description('A stretch that the feed was blind for, of windows without any bar'),
);

export const barsBody = v.strictObject({
  bars: v.pipe(v.record(v.string(), v.array(bar)), v.description('By symbol, each that was asked for')),
  gaps: v.pipe(
    v.record(v.string(), v.array(gap)),
    v.description('By symbol, each that was asked for: of the time that the page covers, up to through'),
  ),
  through,
  nextCursor,
});

const value = (name: FeatureName) => {
  const { formula, unit, firstBar, absent } = features[name];
  const without = absent === undefined ? '' : `; absent ${absent}`;
  return v.optional(
    v.pipe(
      v.number(),
      v.description(`${formula}: ${unit}, from bar ${firstBar} of the session on${without}`),
    ),
  );
};

const featureRow = v.strictObject({
  symbol: v.pipe(v.string(), v.minLength(1)),
  start: at('The minute is [start, end)'),
  end: at('The minute is [start, end)'),
  intraday_vwap: value('intraday_vwap'),
  intraday_rsi_14: value('intraday_rsi_14'),
  intraday_momentum_20: value('intraday_momentum_20'),
  intraday_volatility_20: value('intraday_volatility_20'),
  intraday_volume_ratio: value('intraday_volume_ratio'),
  intraday_price_to_open: value('intraday_price_to_open'),
  intraday_range_position: value('intraday_range_position'),
  minutes: count('How many minutes of the session up to it have a bar'),
  uncovered: count('How many minutes of the session up to it the feed was blind for'),
  session,
  final: v.pipe(
    v.boolean(),
    v.description(
      'Whether all that lies before its end is there or is declared uncovered; a correction can still follow',
    ),
  ),
  version: v.pipe(v.number(), v.integer(), v.minValue(1), v.description('The highest of those minutes')),
});

export const featuresBody = v.strictObject({
  features: v.pipe(
    v.record(v.string(), v.array(featureRow)),
    v.description('By symbol, each that was asked for: a row for each minute that has a bar'),
  ),
  gaps: v.pipe(
    v.record(v.string(), v.array(gap)),
    v.description('By symbol, each that was asked for: of the time that the page covers, up to through'),
  ),
  through,
  nextCursor,
});

const sessionSoFar = v.strictObject({
  name: session,
  start: at('The session covers [start, end)'),
  end: at('The session covers [start, end)'),
  ...ohlcv,
  minutes: count('How many minute bars it is made of'),
  uncovered: count('How many of its minutes so far the feed was blind for'),
  version,
});

const lastBars: Readonly<Record<RolledTimeframe, v.OptionalSchema<typeof bar, undefined>>> = {
  '5m': v.optional(bar),
  '15m': v.optional(bar),
  '30m': v.optional(bar),
  '1h': v.optional(bar),
  '4h': v.optional(bar),
};

export const latestBody = v.strictObject({
  latest: v.pipe(
    v.record(
      v.string(),
      v.strictObject({
        minute: v.optional(v.pipe(bar, v.description('The last bar of 1m'))),
        session: v.optional(v.pipe(sessionSoFar, v.description('The session of that minute, up to it'))),
        previousClose: v.optional(v.pipe(price, v.description('Of the trading day before that minute'))),
        bars: v.optional(
          v.pipe(v.strictObject(lastBars), v.description('The last final bar of each timeframe')),
        ),
      }),
    ),
    v.description('By symbol, each that was asked for'),
  ),
  through,
});

export const symbolsBody = v.strictObject({
  symbols: v.array(
    v.strictObject({
      symbol: v.string(),
      firstDay: at('Start of the UTC day of the earliest bar'),
      lastDay: at('Start of the UTC day of the latest bar'),
    }),
  ),
  nextCursor,
});

const feedStatus = v.strictObject({
  feed: v.string(),
  market: v.string(),
  timeZone: v.pipe(v.string(), v.description('Of the exchange, as IANA names it')),
  isOpen: v.boolean(),
  session: v.pipe(v.string(), v.description('closed outside all sessions')),
  nextChange: at('When the session ends, or the market opens'),
  nextSession: v.pipe(v.string(), v.description('What begins then')),
  now: at('Now, as the feed shows it: later by its delay'),
  watermark: v.optional(at('Every slot is complete up to then; absent before the first watermark')),
  lagSeconds: v.optional(
    v.pipe(
      v.number(),
      v.minValue(0),
      v.description('0 while the market is closed; absent in an open one before the first watermark'),
    ),
  ),
  minutesPerMinute: count('Bars of 1m of the last complete minute'),
  barsPerMinute: v.optional(
    count('Finished bars of 5m to 4h a minute, over the last five minutes; absent where no metrics are told'),
  ),
  uncoveredToday: count('Minutes of the exchange’s day that stand uncovered'),
  quarantinedToday: v.optional(
    count('Pieces of data refused since the exchange’s day began; absent where no metrics are told'),
  ),
  symbolsLastMinute: count('Symbols with a bar of the last complete minute'),
  connection: v.pipe(
    v.picklist(['live', 'reconnecting', 'down', 'none']),
    v.description('With the vendor; none where nobody has ever connected, as beside an import'),
  ),
  quiet: v.pipe(
    v.strictObject({
      delisted: v.pipe(
        v.array(v.string()),
        v.description('Followed, and not listed by the vendor any more; none where no universe is kept'),
      ),
      halted: v.pipe(
        v.array(v.strictObject({ symbol: v.string(), since: at('Said by the vendor first') })),
        v.description(
          'In a trading halt; none where the feed carries no price bands, which tell of NASDAQ’s alone',
        ),
      ),
    }),
    v.description('Symbols of which no bars are expected'),
  ),
  alarms: v.array(
    v.strictObject({
      name: v.string(),
      since: at('Raised'),
      runbook: v.pipe(v.string(), v.regex(/^#/), v.description('Anchor of its section in the runbook')),
    }),
  ),
});

export type FeedStatus = v.InferOutput<typeof feedStatus>;

export const statusBody = v.strictObject({ feeds: v.array(feedStatus) });

export const problemBody = v.strictObject({
  type: v.literal('about:blank'),
  title: v.string(),
  status: v.picklist([400, 404, 429, 500]),
  detail: v.pipe(v.string(), v.description('What was got and what is allowed')),
  parameter: v.optional(v.pipe(v.string(), v.description('What is to be changed'))),
  nearest: v.optional(v.pipe(v.array(v.string()), v.description('Symbols that are spelled nearly so'))),
  requestId: v.optional(v.pipe(v.string(), v.description('By which the log of the service tells more'))),
});
