/** CloudWatch's statistics over the values of a period, as far as the stage's alarms need them. */

const statistics = ['Sum', 'Minimum', 'Maximum', 'SampleCount'] as const;

export type Statistic = (typeof statistics)[number];

/** @throws RangeError for a statistic that is not computed here */
export function parseStatistic(text: string): Statistic {
  const named = statistics.find(name => name === text);
  if (named !== undefined) return named;
  throw new RangeError(`statistic '${text}' is not computed here: use one of ${statistics.join(', ')}`);
}

/** @param values at least one */
export function statisticOf(statistic: Statistic, values: readonly number[]): number {
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
