/** Numbers as DynamoDB has them: decimals of up to 38 digits, exact, as texts. */
import { validation } from './errors.ts';

/** Its digits, without zeros at either end, and the power of ten of the first. */
interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

const LARGEST = { digits: 38, exponent: 125, least: -130 };
/** What is written as it is kept. */
const PLAIN = /^(?:0|-?[1-9]\d{0,37})$/;
const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?$/;
const ZERO: Decimal = { negative: false, digits: '', exponent: 0 };

/** The number as it is kept and given back. @throws ServiceError when it is none, or too large, small or long */
export function canonical(text: string): string {
  return PLAIN.test(text) ? text : written(checked(decimalOf(text)));
}

/** What sorts by bytes as numbers sort. @param text canonical */
export function sortable(text: string): string {
  const { negative, digits, exponent } = decimalOf(text);
  if (digits === '') return '1';
  const shifted = String(500 + exponent);
  if (!negative) return `2${shifted}${digits}`;
  const complement = (of: string) => of.replaceAll(/\d/g, digit => String(9 - Number(digit)));
  return `0${complement(shifted)}${complement(digits)}~`;
}

/** Negative, zero or positive as `a` is less, the same or more. Both are canonical. */
export function compareNumbers(a: string, b: string): number {
  if (a.length < 16 && b.length < 16 && PLAIN.test(a) && PLAIN.test(b)) return Number(a) - Number(b);
  const [left, right] = [sortable(a), sortable(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** @throws ServiceError when there is no room for the sum */
export function sum(a: string, b: string, sign: 1n | -1n): string {
  const [left, right] = [decimalOf(a), decimalOf(b)];
  const last = (of: Decimal) => of.exponent - of.digits.length + 1;
  const unit = Math.min(last(left), last(right));
  const whole = (of: Decimal) =>
    BigInt(of.digits || 0) * 10n ** BigInt(last(of) - unit) * (of.negative ? -1n : 1n);
  const total = String(whole(left) + sign * whole(right));
  return written(checked(decimalOf(`${total}e${unit}`)));
}

function decimalOf(text: string): Decimal {
  const [, sign, whole = '', fraction = '', power = '0'] = NUMBER.exec(text) ?? [];
  if (sign === undefined || whole + fraction === '')
    throw validation(`The parameter cannot be converted to a numeric value${text === '' ? '' : `: ${text}`}`);
  const all = whole + fraction;
  const zeros = all.length - all.replace(/^0+/, '').length;
  const digits = all.slice(zeros).replace(/0+$/, '');
  if (digits === '') return ZERO;
  return { negative: sign === '-', digits, exponent: whole.length - 1 - zeros + Number(power) };
}

function checked(decimal: Decimal): Decimal {
  const { digits, exponent } = decimal;
  const [size, side] = exponent > 0 ? ['larger', 'overflow'] : ['smaller', 'underflow'];
  if (exponent > LARGEST.exponent || exponent < LARGEST.least)
    throw validation(
      `Number ${side}. Attempting to store a number with magnitude ${size} than supported range`,
    );
  if (digits.length > LARGEST.digits)
    throw validation('Attempting to store more than 38 significant digits in a Number');
  return decimal;
}

function written({ negative, digits, exponent }: Decimal): string {
  if (digits === '') return '0';
  const sign = negative ? '-' : '';
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = digits.slice(exponent + 1);
  return `${sign}${whole}${fraction && `.${fraction}`}`;
}
