/** The numbers of `/stats` for Prometheus, and the page that explains them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { prometheusText, prometheusType } from '../../../../runtime/ingester/status/prometheus.ts';
import { serveStatus } from '../../../../runtime/ingester/status/status-server.ts';

const samplesOf = (text: string) => text.split('\n').filter(line => line !== '' && !line.startsWith('#'));

describe('the metrics for Prometheus', () => {
  test('are every number and boolean of the stats, named by where they stand', async () => {
    const stats = {
      now: 1_763_658_000_000,
      lease: { holds: true, holder: 'a-task' },
      feed: {
        lastData: 5,
        events: { AM: 3, 'status "odd"': 1 },
        causes: {},
        endings: { 'too many connections': 2 },
      },
      backfill: { gaps: [{ from: 1 }], suspects: { found: 2 } },
      watermark: null,
    };
    expect(samplesOf(await prometheusText(stats))).toEqual([
      'barflow_ingester_now 1763658000000',
      'barflow_ingester_lease_holds 1',
      'barflow_ingester_feed_last_data 5',
      'barflow_ingester_feed_events_total{kind="AM"} 3',
      'barflow_ingester_feed_events_total{kind="status \\"odd\\""} 1',
      'barflow_ingester_feed_endings_total{kind="too many connections"} 2',
      'barflow_ingester_backfill_suspects_found 2',
    ]);
  });

  test('say what they are', async () => {
    const text = await prometheusText({ memoryBytes: 1 });
    expect(text).toContain('# HELP barflow_ingester_memory_bytes memory bytes of /stats');
    expect(text).toContain('# TYPE barflow_ingester_memory_bytes gauge');
    expect(await prometheusText({ repeated: 1, feed: { events: { AM: 1 } } })).toMatch(
      /# TYPE barflow_ingester_repeated_total counter\n[\s\S]*# TYPE barflow_ingester_feed_events_total counter\n/,
    );
  });

  test('are served as text', async () => {
    await using server = await serveStatus(
      { port: 0 },
      {
        '/metrics': () => ({ code: 200, type: prometheusType, text: prometheusText({ retried: 7 }) }),
      },
    );
    const response = await fetch(`http://127.0.0.1:${server.port}/metrics`);
    expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    expect(samplesOf(await response.text())).toEqual(['barflow_ingester_retried_total 7']);
  });
});

test('every number of /stats is explained', () => {
  const root = join(import.meta.dirname, '../../../..');
  const fieldsOf = (file: string, made: RegExp) => {
    const source = readFileSync(join(root, `runtime/ingester/status/${file}.ts`), 'utf8');
    const [, stats = ''] = made.exec(source) ?? [];
    return [...stats.matchAll(/^ {4}(\w+)[:,]/gm)].map(([, field]) => field);
  };
  const fields = [
    ...fieldsOf('common', /function commonStats[\s\S]*?return \{([\s\S]*?)\n {2}\};/),
    ...fieldsOf('status', /function statsOf[\s\S]*?return \{([\s\S]*?)\n {2}\};/),
  ];
  const page = readFileSync(join(root, 'docs/status.md'), 'utf8');
  expect(fields.length).toBeGreaterThan(18);
  expect(fields.filter(field => !page.includes(`\`${field}\``) && !page.includes(`\`${field}.`))).toEqual([]);
});
