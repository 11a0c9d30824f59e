/** Bars as the streams carry them, of every timeframe alike, and as the text of their record. */
import { MINUTE } from '../runtime/markets/timeframe.ts';
import type { Coverage, MinuteBar, RolledBar, Watermark } from '../runtime/records/bar.ts';
import { encodeMinuteBar, encodeRolledBar } from '../runtime/records/encode.ts';

/** A vendor's minute, as the minutes stream carries it. */
export interface OneMinuteBar extends MinuteBar {
  readonly timeframe: '1m';
  readonly end: number;
  readonly minutes: 1;
  readonly uncovered: 0;
  readonly final: true;
}

/** A bar of 5m to 4h, as the bars stream carries it. */
export interface LongerBar extends RolledBar {
  readonly type: 'bar';
}

/** `timeframe` tells which. Times are epoch ms UTC; volumes are exact decimals, kept as text. */
export type Bar = OneMinuteBar | LongerBar;

/** Everything that the two streams carry; `type` tells which. */
export type StreamRecord = Bar | Coverage | Watermark;

export function oneMinuteBar(bar: MinuteBar): OneMinuteBar {
  return { ...bar, timeframe: '1m', end: bar.start + MINUTE, minutes: 1, uncovered: 0, final: true };
}

/** The text of the bar's record: the same bytes that the stream carries, whatever the size of its volume. */
export function barText(bar: Bar): string {
  return bar.timeframe === '1m' ? encodeMinuteBar(bar) : encodeRolledBar(bar);
}
