/** CloudWatch's statistics over the values of a period. */

const plain = ['Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount'] as const;

/** `{ percentile: 99 }` for p99. */
export type Statistic = (typeof plain)[number] | { readonly percentile: number };

/** @throws RangeError for a statistic that is not computed here */
export function parseStatistic(text: string): Statistic {
  const named = plain.find(name => name === text);
  if (named !== undefined) return named;
  const percentile = Number(/^p(\d{1,3}(?:\.\d+)?)$/.exec(text)?.[1] ?? Number.NaN);
  if (percentile >= 0 && percentile <= 100) return { percentile };
  throw new RangeError(`statistic '${text}' is unknown: use one of ${plain.join(', ')}, or p0 to p100`);
}

/** @param values at least one */
export function statisticOf(statistic: Statistic, values: readonly number[]): number {
  if (typeof statistic !== 'string') return percentileOf(values, statistic.percentile);
  switch (statistic) {
    case 'SampleCount':
      return values.length;
    case 'Sum':
      return sum(values);
    case 'Average':
      return sum(values) / values.length;
    case 'Minimum':
      return values.reduce((least, value) => Math.min(least, value));
    case 'Maximum':
      return values.reduce((most, value) => Math.max(most, value));
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Interpolated between the two nearest values. */
function percentileOf(values: readonly number[], percentile: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (percentile / 100) * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}
