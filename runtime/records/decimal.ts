/** Exact non-negative decimals, kept as canonical text: volumes must not drift, whatever their size. */

/** Canonical: digits, then at most one point and digits without trailing zeros. `'4989'`, `'0.00012'`. */
export type Decimal = string;

/** More digits than any volume has before the point; a bound so that `1e999999` cannot fill the memory. */
export const MAX_INTEGER_DIGITS = 30;
/** More digits than any vendor writes after the point (crypto uses up to 18). */
export const MAX_FRACTION_DIGITS = 18;

/** Exact: 10^22 is the last that a double holds. */
export const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);

const [POINT, ZERO, NINE] = [46, 48, 57];
const SMALLEST_PLAIN = 1e-6;
const FIFTEEN_DIGITS = 1e15;
const NUMBER = /^(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/;

/**
 * Reads a decimal from text or from a double (whose shortest text is taken).
 * @returns undefined when it is negative, not a number, or has over 30 digits before or over 18 after the point.
 */
export function decimalOf(value: string | number): Decimal | undefined {
  const text = String(value);
  if (typeof value === 'number' && isPlain(value, text)) return text;
  const end = typeof value === 'number' ? 0 : plainEnd(text);
  if (end > 0) return text.slice(0, end);
  const match = NUMBER.exec(text);
  if (!match) return undefined;
  const [, whole = '', fraction = '', exponent = '0'] = match;
  return withPoint(whole + fraction, fraction.length - Number(exponent));
}

/** Whether the double's own text is canonical: within these bounds it has no exponent, and never has zeros to strip. */
function isPlain(value: number, text: string): boolean {
  return value >= SMALLEST_PLAIN && value < FIFTEEN_DIGITS && text.length <= MAX_FRACTION_DIGITS + 2;
}

/**
 * Where the canonical part of text ends that is digits and at most a point, without leading zeros and within bounds:
 * only zeros and a point can follow. 0 for any other text.
 */
function plainEnd(text: string): number {
  let point = text.length;
  let end = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === POINT && point === text.length) point = at;
    else if (code < ZERO || code > NINE) return 0;
    else if (point === text.length || code !== ZERO) end = at + 1;
  }
  const hasLeadingZero = point > 1 && text.charCodeAt(0) === ZERO;
  const isWithin = point <= MAX_INTEGER_DIGITS && end - point - 1 <= MAX_FRACTION_DIGITS;
  return point === 0 || point === text.length - 1 || hasLeadingZero || !isWithin ? 0 : end;
}

/** The decimal `units / 10^scale`. */
export function decimalFrom(units: number | bigint, scale: number): Decimal {
  if (scale === 0) return typeof units === 'number' ? wholeText(units) : units.toString();
  if (typeof units === 'number' && scale <= MAX_PLAIN_SCALE) return plainDecimal(units, scale);
  const decimal = withPoint(units.toString(), scale);
  if (decimal === undefined) throw new RangeError(`${units}e-${scale} is outside what a decimal holds`);
  return decimal;
}

/** Fractions of that many digits are safe integers, and short enough not to be written with an exponent. */
const MAX_PLAIN_SCALE = 15;

/**
 * The decimal of a safe integer of units. Their quotient is never rounded up to a whole number, which is at least `1 / one`
 * away and so further than half of a double's last place; what is left is whole and exact.
 */
function plainDecimal(units: number, scale: number): Decimal {
  const one = POWERS_OF_TEN[scale] ?? 1;
  const whole = Math.floor(units / one);
  let rest = units - whole * one;
  if (rest === 0) return wholeText(whole);
  let places = scale;
  for (; rest % 10 === 0; places--) rest /= 10;
  return `${wholeText(whole)}.${fractionText(rest, places)}`;
}

/** Three digits are looked up sooner than a number is turned into text, and most decimals have few of them. */
const UP_TO_THREE_DIGITS = Array.from({ length: 1_000 }, (_, number) => String(number));
const THREE_DIGITS = UP_TO_THREE_DIGITS.map(digits => digits.padStart(3, '0'));

/** The text of a safe integer; of larger ones than six digits the engine's own. */
function wholeText(whole: number): string {
  if (whole < 1e3) return UP_TO_THREE_DIGITS[whole] ?? '';
  if (whole >= 1e6) return whole.toString();
  const thousands = Math.floor(whole / 1e3);
  return `${UP_TO_THREE_DIGITS[thousands] ?? ''}${THREE_DIGITS[whole - thousands * 1e3] ?? ''}`;
}

/** That many digits of a whole number that has no more; of more than six the engine's own. */
function fractionText(digits: number, places: number): string {
  if (places > 6) return ((POWERS_OF_TEN[places] ?? 1) + digits).toString().slice(1);
  if (places <= 3) return (THREE_DIGITS[digits] ?? '').slice(-places);
  const thousands = Math.floor(digits / 1e3);
  return `${(THREE_DIGITS[thousands] ?? '').slice(3 - places)}${THREE_DIGITS[digits - thousands * 1e3] ?? ''}`;
}

/** How many digits follow the point. */
export function scaleOf(decimal: Decimal): number {
  const point = decimal.indexOf('.');
  return point < 0 ? 0 : decimal.length - point - 1;
}

/** The decimal times `10^scaleOf(decimal)`: exact up to the largest safe integer, and above that beyond it. */
export function wholeOf(decimal: Decimal): number {
  if (decimal.length > MAX_PLAIN_SCALE) return Number(decimal.replace('.', ''));
  let whole = 0;
  for (let at = 0; at < decimal.length; at++) {
    const code = decimal.charCodeAt(at);
    if (code !== POINT) whole = whole * 10 + (code - ZERO);
  }
  return whole;
}

/** The decimal times `10^scale`; `scale` must be at least `scaleOf(decimal)`. */
export function unitsAt(decimal: Decimal, scale: number): bigint {
  return BigInt(decimal.replace('.', '')) * 10n ** BigInt(scale - scaleOf(decimal));
}

/** `digits / 10^scale` in canonical form, or undefined when it is too long. */
function withPoint(digits: string, scale: number): Decimal | undefined {
  const significant = digits.replace(/^0+/, '');
  if (significant === '') return '0';
  if (significant.length - scale > MAX_INTEGER_DIGITS) return undefined;
  const padded = scale > 0 ? significant.padStart(scale + 1, '0') : significant + '0'.repeat(-scale);
  if (scale <= 0) return padded;
  const fraction = padded.slice(-scale).replace(/0+$/, '');
  if (fraction.length > MAX_FRACTION_DIGITS) return undefined;
  const whole = padded.slice(0, -scale);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}
