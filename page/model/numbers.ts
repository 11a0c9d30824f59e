/** Numbers as they are shown: always the same width for the same kind, with the symbol's own decimals. */

/** No symbol is shown with more digits after the point. */
const MOST = 8;
const LEAST = 2;

/** Digits after the point that the prices need, 2 to 8. */
export function decimalsOf(prices: Iterable<number>, least = LEAST): number {
  let most = least;
  for (const price of prices) {
    const text = String(price);
    const small = /e-(\d+)$/.exec(text);
    const digits = small ? Number(small[1]) : text.length - (`${text}.`.indexOf('.') + 1);
    if (digits > most) most = digits;
  }
  return Math.min(most, MOST);
}

const grouped = new Map<number, Intl.NumberFormat>();

/** `1,234.50`, with a true minus. */
export function priceText(price: number, decimals: number): string {
  let format = grouped.get(decimals);
  if (format === undefined) {
    format = new Intl.NumberFormat('en-US', {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    });
    grouped.set(decimals, format);
  }
  return format.format(price).replace('-', '−');
}

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });

/** `1,234,567` */
export function volumeText(volume: number): string {
  return whole.format(volume);
}

/** `1.2M` */
export function shortVolume(volume: number): string {
  return compact.format(volume);
}

/** `12,345`, and `1.2M` where more digits would say no more. */
export function tallyText(count: number): string {
  return count < 100_000 ? whole.format(count) : compact.format(count);
}

export interface Change {
  /** `+1.23` */
  readonly amount: string;
  /** `+0.45%` */
  readonly share: string;
  readonly direction: 'up' | 'down' | 'flat';
}

/** What became of a price; undefined without one to compare with. */
export function changeOf(
  now: number | undefined,
  before: number | undefined,
  decimals: number,
): Change | undefined {
  if (now === undefined || before === undefined || before === 0) return undefined;
  const amount = now - before;
  const share = (amount / Math.abs(before)) * 100;
  return {
    amount: signed(amount, decimals),
    share: `${signed(share, 2)}%`,
    direction: amount > 0 ? 'up' : amount < 0 ? 'down' : 'flat',
  };
}

function signed(value: number, decimals: number): string {
  const text = priceText(Math.abs(value), decimals);
  if (Number(text.replaceAll(',', '')) === 0) return text;
  return `${value > 0 ? '+' : '−'}${text}`;
}
