/** CloudWatch's statistics over the values of a period, as far as the stage's alarms need them. */

const plain = ['Sum', 'Minimum', 'Maximum', 'SampleCount'] as const;

/** `{ percentile: 99 }` is p99. */
export type Statistic = (typeof plain)[number] | { readonly percentile: number };

/** @throws RangeError for a statistic that is not computed here */
export function parseStatistic(text: string): Statistic {
  const named = plain.find(name => name === text);
  if (named !== undefined) return named;
  const percentile = Number(/^p(\d{1,3}(?:\.\d+)?)$/.exec(text)?.[1] ?? Number.NaN);
  if (percentile <= 100) return { percentile };
  throw new RangeError(
    `statistic '${text}' is not computed here: use one of ${plain.join(', ')}, or p0 to p100`,
  );
}

/** @param values at least one */
export function statisticOf(statistic: Statistic, values: readonly number[]): number {
  if (typeof statistic !== 'string') return percentileOf(values, statistic.percentile);
  switch (statistic) {
    case 'SampleCount':
      return values.length;
    case 'Sum':
      return values.reduce((total, value) => total + value, 0);
    case 'Minimum':
      return values.reduce((least, value) => Math.min(least, value));
    case 'Maximum':
      return values.reduce((most, value) => Math.max(most, value));
  }
}

/** The least value that so many percent of all are not above. */
function percentileOf(values: readonly number[], percentile: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percentile / 100) * sorted.length) - 1)] ?? Number.NaN;
}
