/** The dashboard: nothing that can raise an alarm is missing from it, and it reads like the data flows. */
import { describe, expect, test } from '@jest/globals';
import { finalLatency } from '../../../runtime/platform/metric-names.ts';
import { least, synthesized, whole } from '../synthesized.ts';

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly properties: {
    readonly title?: string;
    readonly markdown?: string;
    readonly annotations?: { readonly horizontal?: readonly { readonly value: number }[] };
    readonly metrics?: unknown;
  };
}

const { monitoring, pipeline, serving } = synthesized(whole);
const [dashboard] = Object.values(monitoring.findResources('AWS::CloudWatch::Dashboard'));
const body: unknown = JSON.parse(JSON.stringify(dashboard?.['Properties'].DashboardBody));
const text = joined(body);
const widgets: readonly Widget[] = JSON.parse(text).widgets;

/** A joined string with every reference written as `<>`. */
function joined(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || !('Fn::Join' in value)) return '<>';
  const [, parts]: [string, unknown[]] = JSON.parse(JSON.stringify(value['Fn::Join']));
  return parts.map(joined).join('');
}

const byId = (a: { readonly id: string | undefined }, b: { readonly id: string | undefined }) =>
  (a.id ?? '').localeCompare(b.id ?? '');

describe('the dashboard', () => {
  test('is called after its region too, for names of dashboards are taken in all regions at once', () => {
    expect(dashboard?.['Properties'].DashboardName).toEqual({
      'Fn::Join': ['', ['barflow-test-', { Ref: 'AWS::Region' }]],
    });
  });

  test('draws the threshold of every alarm on the graph of its metric', () => {
    const drawn = widgets.flatMap(({ properties: { title = '', annotations, metrics } }) =>
      (annotations?.horizontal ?? []).map(({ value }, index) => ({
        id: title.split(', ')[index],
        value,
        metrics: JSON.stringify(metrics),
      })),
    );
    const alarms = Object.values(monitoring.findResources('AWS::CloudWatch::Alarm')).map(
      ({ Properties }) => ({
        id: String(Properties.AlarmName).split('-').at(-1),
        value: Properties.Threshold,
        metric: Properties.MetricName ?? Properties.Metrics[0].Expression,
      }),
    );
    expect(drawn.map(({ id, value }) => ({ id, value })).sort(byId)).toEqual(
      alarms.map(({ id, value }) => ({ id, value })).sort(byId),
    );
    for (const { id, metric } of alarms)
      expect(drawn.find(each => each.id === id)?.metrics).toContain(metric);
  });

  test('links to the runbook where people can open it', () => {
    const runbookUrl = 'https://wiki.example.com/barflow';
    const [linked] = Object.values(
      synthesized({ ...least, runbookUrl }).monitoring.findResources('AWS::CloudWatch::Dashboard'),
    );
    expect(JSON.stringify(linked?.['Properties'].DashboardBody)).toContain(`[Runbook](${runbookUrl})`);
  });

  test('begins with whether it is fine now, and with the way to runbook and queries', () => {
    const top = widgets.filter(({ y }) => y === 0);
    expect(top.map(({ type, properties: { title } }) => title ?? type)).toEqual([
      'text',
      'Is it fine now?',
      'How fresh?',
    ]);
    expect(top[0]?.properties.markdown).toContain('docs/runbook.md');
    expect(top[0]?.properties.markdown).toContain('logs-insights');
  });

  test('reads from left to right like the data flows, and below it the bars, what serves them, and where all else goes', () => {
    const columns = widgets.filter(({ properties }) => /^\*\*/.test(properties.markdown ?? ''));
    const inOrder = columns
      .toSorted((a, b) => a.y - b.y || a.x - b.x)
      .map(({ properties }) => properties.markdown);
    expect(inOrder).toEqual([
      '**Vendor**',
      '**Ingester**',
      '**Minutes stream**',
      '**Roll-up**',
      '**Bars stream**',
      '**Freshness**',
      '**Finished bars**',
      '**Bar store**',
      '**Latest in Redis**',
      '**Sinks**',
      '**Query API**',
    ]);
  });

  test('shows how late half of the finished bars are, and all but a hundredth, by what closed their windows', () => {
    for (const metric of Object.values(finalLatency))
      for (const statistic of ['p50', 'p99'])
        expect(text).toMatch(new RegExp(`"${metric}",[^\\]]*"stat":"${statistic}"`));
  });
});

test('questions to the logs are saved with it', () => {
  const queries = Object.values(monitoring.findResources('AWS::Logs::QueryDefinition'));
  expect(queries.map(({ Properties }) => Properties.Name)).toContain('barflow/test/Stocks/Connections');
  expect(queries.length).toBe(11);
  const groups = new Set(queries.flatMap(({ Properties }) => Properties.LogGroupNames.map(JSON.stringify)));
  const logs = [monitoring, pipeline, serving].flatMap(stack =>
    Object.keys(stack.findResources('AWS::Logs::LogGroup')),
  );
  expect(groups.size).toBe(logs.length);
});
