/** Bars of a scripted market as the API gives them: folded on every question, by code of the tests' own. */
import type { Timeframe } from '../../../runtime/markets/timeframe.ts';
import { MINUTE } from '../../../runtime/markets/timeframe.ts';
import type { Minute, ScriptedMarket, Span } from './scripted-market.ts';

export interface StubBar extends Span {
  readonly type: 'bar';
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly vwap?: number;
  readonly minutes: number;
  readonly uncovered: number;
  readonly session: string;
  readonly final: boolean;
  readonly version: number;
}

export interface NewestBars {
  /** Newest first. */
  readonly bars: readonly StubBar[];
  readonly gaps: readonly Span[];
  readonly isAll: boolean;
}

/** The newest bars of windows that start before `before`, the open one among them, and the gaps between them. */
export function newestBars(
  market: ScriptedMarket,
  symbol: string,
  timeframe: Timeframe,
  { limit, before, open }: { limit: number; before: number; open: boolean },
): NewestBars {
  const bars: StubBar[] = [];
  const gaps: Span[] = [];
  let at = Math.min(before, market.now) - 1;
  while (at >= market.script.begin) {
    const block = market.windows.blockOf(at);
    for (const window of windowsOf(market, block, timeframe).reverse()) {
      if (window.start >= before || window.start >= market.now || window.end <= market.script.begin) continue;
      if (bars.length === limit) return { bars, gaps, isAll: false };
      const bar = barOf(market, symbol, timeframe, window);
      if (bar && (bar.final || open)) bars.push(bar);
      else if (!bar) gaps.push(...gapsIn(market, window));
    }
    at = block.start - 1;
  }
  return { bars, gaps, isAll: true };
}

function windowsOf(
  market: ScriptedMarket,
  { start, end }: Span,
  timeframe: Timeframe,
): { start: number; end: number; session: string }[] {
  if (timeframe !== '1m')
    return market.windows.blockOf(start).windows.filter(window => window.timeframe === timeframe);
  const count = (end - start) / MINUTE;
  return Array.from({ length: count }, (_, n) => {
    const minute = start + n * MINUTE;
    return { start: minute, end: minute + MINUTE, session: market.calendar.sessionAt(minute).name };
  });
}

function barOf(
  market: ScriptedMarket,
  symbol: string,
  timeframe: Timeframe,
  { start, end, session }: Span & { readonly session: string },
): StubBar | undefined {
  const minutes = market.minutesOf(symbol, start, end);
  const [first, last] = [minutes[0], minutes.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const volume = sum(minutes, minute => Number(minute.volume));
  const traded = sum(minutes, minute => Number(minute.volume) * (minute.vwap ?? minute.close));
  return {
    ...{ type: 'bar', symbol, timeframe, start, end, open: first.open, close: last.close },
    high: Math.max(...minutes.map(({ high }) => high)),
    low: Math.min(...minutes.map(({ low }) => low)),
    volume: Number(volume.toFixed(5)),
    ...(volume > 0 ? { vwap: Number((traded / volume).toFixed(6)) } : {}),
    minutes: minutes.length,
    uncovered: blindMinutes(market, { start, end }).length,
    session,
    final: end <= market.watermark,
    version: sum(minutes, minute => minute.version),
  };
}

function gapsIn(market: ScriptedMarket, window: Span): Span[] {
  const blind = blindMinutes(market, window);
  const [first, last] = [blind[0], blind.at(-1)];
  return first === undefined || last === undefined ? [] : [{ start: first, end: last + MINUTE }];
}

function blindMinutes(market: ScriptedMarket, { start, end }: Span): number[] {
  const count = Math.max(0, (Math.min(end, market.now) - start) / MINUTE);
  return Array.from({ length: Math.ceil(count) }, (_, n) => start + n * MINUTE).filter(
    minute => market.isBlind(minute) && market.calendar.isOpen(minute),
  );
}

function sum(minutes: readonly Minute[], of: (minute: Minute) => number): number {
  return minutes.reduce((total, minute) => total + of(minute), 0);
}
