/** The queries of the routes: each parameter is read, described and limited here and nowhere else. */
import * as v from 'valibot';
import { featureNames } from '../../fold/features/names.ts';
import { instantOf } from '../../markets/dates.ts';
import { SYMBOL } from '../../markets/names.ts';
import { timeframes } from '../../markets/timeframe.ts';

/** The most symbols of one question. */
export const MOST_SYMBOLS = 50;
/** The most bars of one answer. */
export const MOST_BARS = 10_000;
/** Bars per symbol where nobody says how many. */
export const USUAL_BARS = 1_000;
/** Sessions of a page where nobody says how many. */
export const USUAL_SESSIONS = 100;
/** The most symbols, or sessions, of a page of their list. */
export const MOST_LISTED = 1_000;

const SYMBOLS = `use 1 to ${MOST_SYMBOLS} symbols with commas between them, each of 1 to 64 printable characters`;
const INSTANT =
  'use ISO 8601 with a zone, such as 2025-11-20T14:30:00Z, or epoch milliseconds, which have 12 or 13 digits';
const CURSOR = 'use the nextCursor of an answer to the same question, as it is';

/** Symbols, each as SYMBOL has it, with commas between them. */
const LIST = /^[!-+\--~]{1,64}(,[!-+\--~]{1,64})*$/;
/** The form of an instant; which dates there are, `instantIn` knows. Ten digits are seconds, in which nobody means a day of 1970. */
const INSTANT_FORM = /^(0|\d{12,13}|\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+ -]\d\d:\d\d))$/;

/** An instant, epoch ms. A plus that nobody encoded arrives as a space. */
function instantIn(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  return instantOf(text.replace(' ', '+')) ?? Number.NaN;
}

const instant = (what: string) =>
  v.optional(
    v.pipe(
      v.string(),
      v.regex(INSTANT_FORM, INSTANT),
      v.description(`${what}: ISO 8601 with a zone, or epoch milliseconds`),
      v.transform(instantIn),
      v.number(INSTANT),
    ),
  );

const symbols = v.pipe(
  v.string(SYMBOLS),
  v.regex(LIST, SYMBOLS),
  v.description(`1 to ${MOST_SYMBOLS} symbols, spelled as the vendor does, with commas between them`),
  v.transform(text => [...new Set(text.split(','))]),
  v.maxLength(MOST_SYMBOLS, SYMBOLS),
);

const feed = v.optional(
  v.pipe(v.string(), v.description('Name of the feed; needed where there are several')),
);
const cursor = v.optional(
  v.pipe(v.string(), v.maxLength(4_000, CURSOR), v.description('Leads to the next page')),
);
const flag = (what: string) =>
  v.optional(
    v.pipe(
      v.picklist(['true', 'false'], 'use true or false'),
      v.description(what),
      v.transform(text => text === 'true'),
    ),
    'false',
  );
/** @param most a power of ten */
const limit = (most: number, what: string) =>
  v.pipe(
    v.string(),
    v.regex(
      new RegExp(`^([1-9]\\d{0,${`${most}`.length - 2}}|${most})$`),
      `use a whole number from 1 to ${most}`,
    ),
    v.description(what),
    v.transform(Number),
  );

const order = v.optional(
  v.pipe(v.picklist(['asc', 'desc'], 'use asc or desc'), v.description('desc begins with the latest')),
  'asc',
);

/** What every question for a series takes. @param each what it tells of a minute or window */
const paged = (each: string) => ({
  from: instant(`${each} start at or after it`),
  to: instant(`${each} start before it`),
  limit: v.optional(
    limit(
      MOST_BARS,
      `${each} per symbol and page: at most ${MOST_BARS} for all symbols together; without it ${USUAL_BARS}, or as many as that allows`,
    ),
  ),
  order,
  cursor,
  feed,
  format: v.optional(
    v.pipe(
      v.picklist(['json', 'csv'], 'use json or csv'),
      v.description('csv: a row each. Without it the Accept header decides'),
    ),
  ),
});

export const barsQuery = v.strictObject({
  symbols,
  timeframe: v.pipe(
    v.picklist(timeframes, `use one of ${timeframes.join(', ')}`),
    v.description('Length of the bars'),
  ),
  ...paged('Bars'),
  open: flag('Whether windows that are still open are among the bars, with final: false'),
});

const FEATURES = `use some of ${featureNames.join(', ')}, with commas between them`;
const FEATURE = `(${featureNames.join('|')})`;

export const featuresQuery = v.strictObject({
  symbols,
  names: v.optional(
    v.pipe(
      v.string(),
      v.regex(new RegExp(`^${FEATURE}(,${FEATURE})*$`), FEATURES),
      v.description('Features, with commas between them; without it all'),
      v.transform(text => featureNames.filter(name => text.split(',').includes(name))),
    ),
    featureNames.join(','),
  ),
  ...paged('Minutes'),
});

export const latestQuery = v.strictObject({ symbols, feed });

export const symbolsQuery = v.strictObject({
  feed,
  prefix: v.optional(
    v.pipe(
      v.string(),
      v.regex(SYMBOL, 'use the first characters of a symbol'),
      v.description('What the symbols begin with'),
    ),
  ),
  limit: v.optional(limit(MOST_LISTED, `Symbols of a page; without it ${MOST_LISTED}`)),
  cursor,
});

export const sessionsQuery = v.strictObject({
  from: instant('Sessions start at or after it'),
  to: instant('Sessions start before it'),
  limit: v.optional(limit(MOST_LISTED, `Sessions of a page; without it ${USUAL_SESSIONS}`)),
  order,
  cursor,
  feed,
});

export const statusQuery = v.strictObject({});

export type BarsQuery = v.InferOutput<typeof barsQuery>;
export type FeaturesQuery = v.InferOutput<typeof featuresQuery>;
export type LatestQuery = v.InferOutput<typeof latestQuery>;
export type SessionsQuery = v.InferOutput<typeof sessionsQuery>;
export type SymbolsQuery = v.InferOutput<typeof symbolsQuery>;
