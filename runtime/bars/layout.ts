/** Reads a minute bar in the very layout that `encodeMinuteBar` writes, in a third of the time that `JSON.parse` and looking up fields take. */
import { SCHEMA } from './encode.ts';

/** A JSON number without an exponent; such text stands for the same double to `Number` as to `JSON.parse`. */
const NUMBER = '(-?(?:0|[1-9]\\d*)(?:\\.\\d+)?)';
const VOLUME = '((?:0|[1-9]\\d*)(?:\\.\\d+)?)';
const WHOLE = '(0|[1-9]\\d{0,15})';
/** Printable text that JSON writes as it is. */
const SYMBOL = '([!#-[\\]-~]{1,64})';

const optional = (name: string, value: string) => `(?:,"${name}":${value})?`;

const LAYOUT = new RegExp(
  `^\\{"type":"bar","schema":${SCHEMA},"symbol":"${SYMBOL}","timeframe":"1m","start":${WHOLE},"end":${WHOLE},` +
    `"open":${NUMBER},"high":${NUMBER},"low":${NUMBER},"close":${NUMBER},"volume":${VOLUME}${optional('vwap', NUMBER)},` +
    `"minutes":1,"uncovered":0,"session":"([a-z]{1,32})","final":true,"version":${WHOLE},"source":"(live|backfill|import)"` +
    optional('dayVolume', VOLUME) +
    optional('dayVwap', NUMBER) +
    optional('officialOpen', NUMBER) +
    optional('trades', WHOLE) +
    '(,"otc":true)?\\}$',
);

const numberIn = (text: string | undefined) => (text === undefined ? undefined : Number(text));

/** The fields of a minute bar's record, volumes as their text. */
export interface BarFields {
  readonly [field: string]: string | number | boolean | undefined;
}

/**
 * The fields of a minute bar in that layout; undefined for any other text, which may be the same record in other words.
 * Nothing is checked here but the layout.
 */
export function barFields(text: string): BarFields | undefined {
  const match = LAYOUT.exec(text);
  if (!match) return undefined;
  return {
    type: 'bar',
    schema: SCHEMA,
    symbol: match[1],
    timeframe: '1m',
    start: numberIn(match[2]),
    end: numberIn(match[3]),
    open: numberIn(match[4]),
    high: numberIn(match[5]),
    low: numberIn(match[6]),
    close: numberIn(match[7]),
    volume: match[8],
    vwap: numberIn(match[9]),
    session: match[10],
    version: numberIn(match[11]),
    source: match[12],
    dayVolume: match[13],
    dayVwap: numberIn(match[14]),
    officialOpen: numberIn(match[15]),
    trades: numberIn(match[16]),
    otc: match[17] !== undefined,
  };
}
