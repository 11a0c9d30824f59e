/** A session's minutes by columns, as features read them: what each minute was, and what the session was up to it. */
import type { MinuteValues } from '../../records/bar.ts';

/** One element for each minute that has a bar, in their order. */
export interface Series {
  readonly length: number;
  readonly volumes: Float64Array;
  /** NaN where the bar has none. */
  readonly vwaps: Float64Array;
  /** Of the session up to the minute, by the rule of every bar: minutes without volume touch no price once one has volume. */
  readonly opens: Float64Array;
  readonly highs: Float64Array;
  readonly lows: Float64Array;
  readonly closes: Float64Array;
}

/** What a series reads of a minute. */
export type SeriesMinute = Omit<MinuteValues, 'version' | 'trades'>;

/** @param minutes those of one session that have a bar, in their order */
export function seriesOf(minutes: readonly SeriesMinute[]): Series {
  const length = minutes.length;
  const column = () => new Float64Array(length);
  const [volumes, vwaps] = [column(), column()];
  const [opens, highs, lows, closes] = [column(), column(), column(), column()];
  let [open, high, low, close] = [Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN];
  let traded = false;
  let i = 0;
  for (const minute of minutes) {
    const volume = Number(minute.volume);
    const isFirst = i === 0 || (volume > 0 && !traded);
    if (isFirst) [open, high, low] = [minute.open, minute.high, minute.low];
    traded ||= volume > 0;
    if (volume > 0 || !traded) {
      high = Math.max(high, minute.high);
      low = Math.min(low, minute.low);
      close = minute.close;
    }
    volumes[i] = volume;
    vwaps[i] = minute.vwap ?? Number.NaN;
    opens[i] = open;
    highs[i] = high;
    lows[i] = low;
    closes[i] = close;
    i++;
  }
  return { length, volumes, vwaps, opens, highs, lows, closes };
}
