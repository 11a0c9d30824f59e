/** Every metric of its own is billed: none that nobody reads, and the numbers that are none stand in the log. */
import { expect, test } from '@jest/globals';
import { gauges } from '../../../local/operate/readings.ts';
import * as names from '../../../runtime/platform/metric-names.ts';
import { synthesized, whole } from '../synthesized.ts';

const { monitoring } = synthesized(whole);
const groups = Object.entries(names).filter(
  ([name]) => !['metricNamespace', 'metricDimensions', 'environmentVariable'].includes(name),
);

test('every metric is read by an alarm, a graph or npm run status', () => {
  const text = JSON.stringify(monitoring.toJSON());
  const read = (metric: string) =>
    // Names stand in quotes: in an alarm, or in the text of the dashboard, where they are escaped.
    new RegExp(`\\\\?"${metric}\\\\?"`).test(text) || gauges.some(gauge => gauge.metric === metric);
  const all = groups.flatMap(([, group]) => Object.values(group));
  expect(all.length).toBeGreaterThan(30);
  expect(all.filter(metric => !read(metric))).toEqual([]);
});

test('numbers that are no metric are found by saved queries', () => {
  const queries = Object.values(monitoring.findResources('AWS::Logs::QueryDefinition')).map(
    ({ Properties }) => String(Properties.QueryString),
  );
  expect(queries.filter(query => query.includes('stats.now'))).toEqual([
    expect.stringContaining('max(`stats.feed.endings.too many connections`)'),
    expect.stringContaining('max(`stats.throttled`)'),
  ]);
});
