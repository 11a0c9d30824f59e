/** How far a price is from the close of the day before, without the noise of binary fractions. */

/** Digits after the point of a percentage. */
const PERCENT_DIGITS = 4;
/** The most digits after the point of a number that is written out. */
const MOST_DIGITS = 100;

export interface DailyChange {
  readonly dailyChange: number | null;
  readonly dailyChangePct: number | null;
}

/** Null where there is no close to compare with. */
export function dailyChange(price: number, prevClose: number | null): DailyChange {
  if (prevClose === null) return { dailyChange: null, dailyChangePct: null };
  const digits = Math.min(MOST_DIGITS, Math.max(digitsOf(price), digitsOf(prevClose)));
  const change = Number((price - prevClose).toFixed(digits));
  const percent = prevClose === 0 ? null : Number(((100 * change) / prevClose).toFixed(PERCENT_DIGITS));
  return { dailyChange: change, dailyChangePct: percent };
}

/** Digits after the point: as many as it is written with. */
function digitsOf(value: number): number {
  const [, fraction = '', exponent = '0'] = /^-?\d+(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(`${value}`) ?? [];
  return Math.max(0, fraction.length - Number(exponent));
}
