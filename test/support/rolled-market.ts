/** Random minutes of some symbols, rolled up, and what an independent reading of both streams says that there is. */
import type { Coverage, MinuteBar } from '../../runtime/records/bar.ts';
import { encodeWatermark } from '../../runtime/records/encode.ts';
import { slotOf } from '../../runtime/records/slot.ts';
import type { Random } from './random.ts';
import { minuteBar, RollupOnTwins } from './rollup-on-twins.ts';

export const MINUTE = 60_000;
/** Two that are in one slot, one that trades rarely, and names that break what quotes or inherits. */
export const SYMBOLS = ['AAPL', 'SYM34', 'BRK.B', 'THIN', '__proto__', 'A"B'];
/** The session's open; the second block of the clock begins at 17:00. */
export const OPEN = Date.parse('2025-11-20T14:30:00Z');
/** Start of the block that it lies in: windows of every timeframe are counted from there. */
const OPEN_BLOCK = Date.parse('2025-11-20T13:00:00Z');
/** The watermark at the end: in the middle of windows of every timeframe. */
export const THROUGH = Date.parse('2025-11-20T17:42:00Z');
export const lengths: Readonly<Record<string, number>> = {
  '5m': 5,
  '15m': 15,
  '30m': 30,
  '1h': 60,
  '4h': 240,
};

/** The fields that a test looks at; others are compared as they are. */
export interface Fact {
  readonly symbol: string;
  readonly timeframe: string;
  readonly start: number;
  readonly version: number;
  readonly final: boolean;
}

export interface RolledMarket {
  /** Of every bar of 5m to 4h the record with the highest version, as the stream has it. */
  readonly texts: ReadonlyMap<string, string>;
  readonly minutes: readonly MinuteBar[];
  /** The newest mark of every minute of a slot. */
  readonly marks: readonly Coverage[];
  readonly rollup: RollupOnTwins;
}

export function identity({ symbol, timeframe, start }: Pick<Fact, 'symbol' | 'timeframe' | 'start'>): string {
  return `${symbol} ${timeframe} ${start}`;
}

/** With corrections, repeated minutes, minutes that nobody saw, and some that were found later. */
export async function rolledMarket(random: Random): Promise<RolledMarket> {
  const rollup = new RollupOnTwins();
  const slots = [...new Set(SYMBOLS.map(slotOf))];
  const minutes = new Map<string, MinuteBar>();
  const marks = new Map<string, Coverage>();
  for (let at = OPEN; at <= THROUGH; at += MINUTE) {
    const batch: (MinuteBar | Coverage | Uint8Array)[] = [];
    for (const symbol of SYMBOLS) {
      if (!random.chance(symbol === 'THIN' ? 0.06 : 0.7)) continue;
      const start = random.chance(0.1) ? at - MINUTE * random.between(0, 30) : at;
      const bar = randomBar(random, symbol, Math.max(OPEN, start), at);
      minutes.set(`${symbol} ${bar.start}`, bar);
      batch.push(bar);
      if (random.chance(0.1)) batch.push(bar);
    }
    const slot = random.pick(slots);
    const minute = at - MINUTE * random.between(0, 3);
    if (random.chance(0.3) && minute >= OPEN) {
      const mark: Coverage = {
        type: 'coverage',
        slot,
        minute,
        covered: random.chance(0.3),
        version: at + 500,
      };
      marks.set(`${slot} ${minute}`, mark);
      batch.push(mark);
    }
    // What comes last is known before its watermark.
    if (at < THROUGH)
      for (const each of slots) {
        const watermark = { type: 'watermark', slot: each, through: at + MINUTE, epoch: 1 } as const;
        batch.push(Buffer.from(encodeWatermark(watermark)));
      }
    await rollup.deliver(...batch);
  }
  const texts = new Map<string, string>();
  const versions = new Map<string, number>();
  for (const text of rollup.texts()) {
    const fact: Fact = JSON.parse(text);
    if (fact.version < (versions.get(identity(fact)) ?? 0)) continue;
    versions.set(identity(fact), fact.version);
    texts.set(identity(fact), text);
  }
  return { texts, minutes: [...minutes.values()], marks: [...marks.values()], rollup };
}

function randomBar(random: Random, symbol: string, start: number, at: number): MinuteBar {
  const [one, two, three, four] = Array.from({ length: 4 }, () => random.between(1_000, 1_100) / 8).sort(
    (a, b) => a - b,
  );
  const [low = 0, open = 0, close = 0, high = 0] = [one, two, three, four];
  const vwap = random.chance(0.9) ? { vwap: open } : {};
  const { vwap: _, ...bar } = minuteBar(start, { symbol, open, high, low, close, version: at + MINUTE });
  const volume = symbol === 'BRK.B' ? '90071992547409931.000000001' : String(random.between(0, 3) * 64);
  return { ...bar, ...vwap, volume, session: 'regular' };
}

/** A window's bar, as the contract of records defines it, from its minutes and marks alone; undefined without a minute. */
export function foldedByHand(
  market: RolledMarket,
  symbol: string,
  timeframe: string,
  start: number,
  end = start + (lengths[timeframe] ?? 1) * MINUTE,
): Record<string, unknown> | undefined {
  const inside = (at: number) => at >= start && at < end;
  const bars = market.minutes
    .filter(bar => bar.symbol === symbol && inside(bar.start))
    .sort((a, b) => a.start - b.start);
  if (bars.length === 0) return undefined;
  const traded = bars.filter(bar => Number(bar.volume) > 0);
  const telling = traded.length > 0 ? traded : bars;
  const marks = market.marks.filter(mark => mark.slot === slotOf(symbol) && inside(mark.minute));
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const shares = sum(bars.map(bar => Number(bar.volume)));
  const notional = sum(traded.map(bar => (bar.vwap ?? Number.NaN) * Number(bar.volume)));
  const blind = marks.filter(mark => !mark.covered && !bars.some(bar => bar.start === mark.minute));
  return {
    ...{ type: 'bar', schema: 1, symbol, timeframe, start, end },
    open: telling[0]?.open,
    high: Math.max(...telling.map(bar => bar.high)),
    low: Math.min(...telling.map(bar => bar.low)),
    close: telling.at(-1)?.close,
    volume: exactSum(bars.map(bar => bar.volume)),
    ...(traded.length > 0 && !Number.isNaN(notional) && { vwap: notional / shares }),
    ...{ minutes: bars.length, uncovered: blind.length, session: 'regular' },
    version: sum(bars.map(bar => bar.version)) + sum(marks.map(mark => mark.version)),
  };
}

/** Of decimals with up to nine digits after the point, as the double next to it. */
function exactSum(decimals: readonly string[]): number {
  const units = decimals.map(decimal => {
    const [whole = '', fraction = ''] = decimal.split('.');
    return BigInt(whole + fraction.padEnd(9, '0'));
  });
  const digits = String(units.reduce((total, each) => total + each, 0n)).padStart(10, '0');
  return Number(`${digits.slice(0, -9)}.${digits.slice(-9)}`);
}

/** Starts of the minutes that nobody saw, of windows without any bar of the symbol, in the order of time. */
export function blindMinutes(market: RolledMarket, symbol: string, timeframe: string): number[] {
  const length = (lengths[timeframe] ?? 1) * MINUTE;
  const windowOf = (minute: number) => Math.floor((minute - OPEN_BLOCK) / length);
  const bars = market.minutes.filter(bar => bar.symbol === symbol);
  const traded = new Set(bars.map(({ start }) => windowOf(start)));
  return market.marks
    .filter(
      ({ slot, covered, minute }) => slot === slotOf(symbol) && !covered && !traded.has(windowOf(minute)),
    )
    .map(({ minute }) => minute)
    .sort((a, b) => a - b);
}
