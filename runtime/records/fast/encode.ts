/** Writes bars as the bytes of a record: those that `encode.ts` of the records defines, all of them ASCII, in a fraction of its time. */

import { MINUTE, type RolledTimeframe } from '../../markets/timeframe.ts';
import { type MinuteBar, type Ohlcv, type RolledBar, SCHEMA } from '../bar.ts';
import { ascii, JsonWriter, part } from './json-writer.ts';

const record = new JsonWriter();
const SYMBOL = part(`{"type":"bar","schema":${SCHEMA},"symbol":`);
const [HIGH, LOW, CLOSE] = [part(',"high":'), part(',"low":'), part(',"close":')];
const [VOLUME, VWAP, TRADES] = [part(',"volume":'), part(',"vwap":'), part(',"trades":')];
const [DAY_VOLUME, DAY_VWAP] = [part(',"dayVolume":'), part(',"dayVwap":')];
const [MINUTES, UNCOVERED] = [part(',"minutes":'), part(',"uncovered":')];
const [OFFICIAL_OPEN, OTC, END] = [part(',"officialOpen":'), part(',"otc":true'), part('}')];

/** The record of a minute bar. */
export function minuteBarData(bar: MinuteBar): Buffer {
  if (bar.start !== span.start) span = spanOf(bar.start);
  const isSameState =
    bar.version === state.version && bar.session === state.session && bar.source === state.source;
  if (!isSameState) state = stateOf(bar);
  writeValues(bar, span.bytes);
  record.part(state.bytes);
  if (bar.dayVolume !== undefined) {
    record.part(DAY_VOLUME);
    record.json(bar.dayVolume);
  }
  number(DAY_VWAP, bar.dayVwap);
  number(OFFICIAL_OPEN, bar.officialOpen);
  number(TRADES, bar.trades);
  if (bar.otc) record.part(OTC);
  record.part(END);
  return record.take();
}

/** What all bars of one frame have in common is written once: here the parts around `start`, below those around `version`. */
let span = spanOf(0);
let state = stateOf({ version: 0, session: '', source: 'live' });

function spanOf(start: number) {
  return { start, bytes: part(`,"timeframe":"1m","start":${start},"end":${start + MINUTE},"open":`) };
}

function stateOf({ version, session, source }: Pick<MinuteBar, 'version' | 'session' | 'source'>) {
  const text = `,"minutes":1,"uncovered":0,"session":${ascii(session)},"final":true,"version":${version},"source":"${source}"`;
  return { version, session, source, bytes: part(text) };
}

/** The record of a bar of 5m to 4h. */
export function rolledBarData(bar: RolledBar): Buffer {
  const window = windowOf(bar);
  writeValues(bar, window.span);
  record.part(MINUTES);
  record.number(bar.minutes);
  record.part(UNCOVERED);
  record.number(bar.uncovered);
  record.part(window.state);
  record.number(bar.version);
  number(TRADES, bar.trades);
  record.part(END);
  return record.take();
}

/** What the bars of one window have in common; of each timeframe the one that was written last. */
const windows = new Map<RolledTimeframe, ReturnType<typeof windowTexts>>();

function windowOf(bar: RolledBar) {
  const { timeframe, start, end, session, final } = bar;
  const known = windows.get(timeframe);
  const isKnown =
    known?.start === start && known.end === end && known.session === session && known.final === final;
  if (isKnown) return known;
  const window = windowTexts(bar);
  windows.set(timeframe, window);
  return window;
}

function windowTexts({ timeframe, start, end, session, final }: RolledBar) {
  const span = part(`,"timeframe":"${timeframe}","start":${start},"end":${end},"open":`);
  const state = part(`,"session":${ascii(session)},"final":${final},"version":`);
  return { start, end, session, final, span, state };
}

function writeValues(bar: Ohlcv & { readonly symbol: string }, span: Uint8Array): void {
  record.part(SYMBOL);
  record.text(bar.symbol);
  record.part(span);
  record.number(bar.open);
  record.part(HIGH);
  record.number(bar.high);
  record.part(LOW);
  record.number(bar.low);
  record.part(CLOSE);
  record.number(bar.close);
  record.part(VOLUME);
  record.json(bar.volume);
  number(VWAP, bar.vwap);
}

function number(name: Uint8Array, value: number | undefined): void {
  if (value === undefined) return;
  record.part(name);
  record.number(value);
}
