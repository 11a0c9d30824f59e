/** The numbers of `/stats` for Prometheus, and the page that explains them. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { prometheusText, prometheusType } from '../../../../runtime/ingester/status/prometheus.ts';
import { serveStatus } from '../../../../runtime/ingester/status/status-server.ts';
import { pythonGiven } from '../../../support/programs.ts';
import { AloneRig } from '../support/alone.ts';
import { eventually } from '../support/eventually.ts';

/** From the package index of Python. */
const PACKAGE = 'prometheus_client==0.26.0';
/** Names that monitoring knows from streamers before this one. */
const DESIGNED = [
  ...['reconnects', 'reconnect_success', 'reconnect_failure', 'read_timeouts', 'heartbeats_sent'],
  ...['messages_received', 'trades', 'quotes', 'errors', 'channel_drops', 'ndjson_drops'],
  ...['zmq_sent', 'zmq_drops'],
].map(name => `polygon_${name}_total`);

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

test('what both ingesters answer is read by the parser of Prometheus’ own client: totals are counters, all else gauges', async () => {
  await using rig = await AloneRig.start('T.*');
  const python = pythonGiven(['prometheus_client'], [PACKAGE], rig.folder.path);
  if (python === undefined) return;
  const program = join(import.meta.dirname, 'read_metrics.py');
  const read = (input: string): [type: string, name: string, labels: object, value: number][] =>
    JSON.parse(execFileSync(python.command, [program], { input, env: python.env, encoding: 'utf8' }));
  const alone = rig.started({ SINK: 'stdout' });
  const client = await rig.vendor.client();
  await client.welcome();
  client.frame({ ev: 'T', sym: 'AAPL', t: 1_763_649_000_000 });
  await eventually(() => alone.out.includes('AAPL'));
  const kind = 'odd "\\\n';
  const ofAlone = read((await alone.answer('/metrics')).text);
  const ofOther = read(await prometheusText({ memoryBytes: 1, feed: { frames: 2, events: { [kind]: 3 } } }));
  for (const [type, name] of [...ofAlone, ...ofOther])
    expect([name, type]).toEqual([name, name.endsWith('_total') ? 'counter' : 'gauge']);
  expect(ofAlone).toContainEqual(['counter', 'polygon_sink_written_total', { sink: 'stdout' }, 1]);
  expect(ofAlone.map(([, name]) => name)).toEqual(expect.arrayContaining(DESIGNED));
  expect(ofOther).toEqual([
    ['gauge', 'barflow_ingester_memory_bytes', {}, 1],
    ['counter', 'barflow_ingester_feed_frames_total', {}, 2],
    ['counter', 'barflow_ingester_feed_events_total', { kind }, 3],
  ]);
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
