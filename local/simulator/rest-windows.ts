/** How REST cuts time into bars and what it makes of the minutes in one. */
import type { Calendar } from '../../runtime/markets/calendar.ts';
import { MINUTE } from '../../runtime/markets/timeframe.ts';
import { decimalFrom, unitsAt } from '../../runtime/records/decimal.ts';
import { badRequest } from './rest-reply.ts';
import type { VendorMinute } from './source.ts';

/** One bar's time `[start, end)`, epoch ms. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A bar as REST writes it. */
export interface AggregateBar {
  readonly v: number;
  readonly vw?: number;
  readonly o: number;
  readonly c: number;
  readonly h: number;
  readonly l: number;
  /** Start, epoch ms. */
  readonly t: number;
  readonly n?: number;
  readonly otc?: true;
}

const SCALE = 18;

/**
 * Bars of several units have a fixed width from the unit that holds `from` on, whatever the clock does in between; days are local.
 * @throws Refusal 400
 */
export function spanner(
  calendar: Calendar,
  { multiplier, timespan, from }: { multiplier: string; timespan: string; from: number },
): (ms: number) => Span {
  const units = Number(multiplier);
  if (!Number.isInteger(units) || units < 1)
    throw badRequest(`multiplier is '${multiplier}': use a whole number from 1 on`);
  if (timespan === 'day') {
    const first = calendar.days.at(from).number;
    return ms => {
      const number = first + Math.floor((calendar.days.at(ms).number - first) / units) * units;
      return {
        start: calendar.days.numbered(number).start,
        end: calendar.days.numbered(number + units - 1).end,
      };
    };
  }
  if (timespan !== 'minute' && timespan !== 'hour')
    throw badRequest(`timespan is '${timespan}': use minute, hour or day`);
  const unit = timespan === 'hour' ? 60 * MINUTE : MINUTE;
  const width = units * unit;
  const origin = Math.floor(from / unit) * unit;
  return ms => {
    const start = origin + Math.floor((ms - origin) / width) * width;
    return { start, end: start + width };
  };
}

/** One bar from its minutes, in any order; there is at least one. */
export function fold(start: number, minutes: readonly VendorMinute[]): AggregateBar {
  const ordered = minutes.toSorted((a, b) => a.start - b.start);
  const [first] = ordered;
  const last = ordered.at(-1);
  if (!first || !last) throw new RangeError('a bar without minutes cannot be made');
  const vwap = vwapOf(ordered);
  const trades = ordered.reduce<number | undefined>((sum, { trades }) => addKnown(sum, trades), 0);
  return {
    v: Number(volumeOf(ordered)),
    ...(vwap === undefined ? {} : { vw: vwap }),
    o: first.open,
    c: last.close,
    h: Math.max(...ordered.map(({ high }) => high)),
    l: Math.min(...ordered.map(({ low }) => low)),
    t: start,
    ...(trades === undefined ? {} : { n: trades }),
    ...(ordered.some(({ otc }) => otc) ? { otc: true } : {}),
  };
}

function volumeOf(minutes: readonly VendorMinute[]): string {
  const [only, second] = minutes;
  if (only && !second) return only.volume;
  return decimalFrom(
    minutes.reduce((sum, { volume }) => sum + unitsAt(volume, SCALE), 0n),
    SCALE,
  );
}

function vwapOf(minutes: readonly VendorMinute[]): number | undefined {
  const [only, second] = minutes;
  if (only && !second) return only.vwap;
  let traded = 0;
  let shares = 0;
  for (const { vwap, volume } of minutes) {
    if (Number(volume) === 0) continue;
    if (vwap === undefined) return undefined;
    traded += vwap * Number(volume);
    shares += Number(volume);
  }
  return shares === 0 ? undefined : Math.round((traded / shares) * 10_000) / 10_000;
}

function addKnown(sum: number | undefined, more: number | undefined): number | undefined {
  return sum === undefined || more === undefined ? undefined : sum + more;
}
