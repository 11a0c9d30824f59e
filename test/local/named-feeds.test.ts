/** Two feeds of one market in one environment, real time beside delayed: two whole pipelines, each found by its name. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { App, Duration } from 'aws-cdk-lib/core';
import { BarflowStage } from '../../lib/barflow-stage.ts';
import type { Environment } from '../../lib/settings/environment.ts';
import { readStage } from '../../local/engine/assembly.ts';
import { cloudHealth } from '../../local/operate/cloud-health.ts';
import { Deployed } from '../../local/operate/deployed.ts';
import { monitorMetrics } from '../../runtime/platform/metric-names.ts';
import { FakeAws } from './operate/support/fake-aws.ts';

const real = { market: 'stocks', symbols: ['AAPL'], apiKeySecret: 'keys/vendor' } as const;
const delayed = {
  ...real,
  name: 'stocks-delayed',
  host: 'delayed.massive.com',
  delay: Duration.minutes(15),
};
const environment: Environment = {
  feeds: [real, delayed],
  streamRetention: Duration.hours(24),
  removal: 'destroy',
};

const folder = mkdtempSync(join(tmpdir(), 'barflow-named-'));
afterAll(() => rmSync(folder, { recursive: true }));

const context = { 'aws:cdk:bundling-stacks': [] };
const app = new App({ outdir: folder, builtinCloudFormationValidation: false, context });
new BarflowStage(app, 'two', environment);
const assembly = app.synth();

describe('the templates', () => {
  const stacks = readStage(assembly, 'two');

  test('have of the second feed what they have of the first, under its own name', () => {
    const resources = stacks.flatMap(({ resources }) => resources);
    const typesOf = (start: RegExp) =>
      resources.filter(({ logicalId }) => start.test(logicalId)).map(({ type }) => type);
    expect(typesOf(/^StocksDelayed/).length).toBeGreaterThan(80);
    expect(typesOf(/^StocksDelayed/).sort()).toEqual(typesOf(/^Stocks(?!Delayed)/).sort());
  });

  test('announce its streams, tell its units who they are and watch it by its own name', () => {
    const text = JSON.stringify(stacks.map(({ template }) => template));
    expect(text).toContain('/barflow/two/stocks-delayed/minutes-stream-name');
    expect(text).toContain('StocksDelayedBarsStreamArn');
    expect(text).toContain('"AlarmName":"barflow-two-StocksDelayed-FeedSilent"');
    expect(text).toContain('"Name":"Feed","Value":"stocks-delayed"');
    expect(text).toContain('reconcile/stocks-delayed/*');
    const told = [...text.matchAll(/"MARKET":"stocks"/g)].length;
    expect(told).toBe(12);
    expect([...text.matchAll(/"FEED":"stocks-delayed"/g)]).toHaveLength(told / 2);
    expect(text).toContain('{"Name":"FEED","Value":"stocks-delayed"}');
  });
});

describe('an operator', () => {
  const deployed = new Deployed('two', { two: environment });

  test('names the feed that is meant, and is told which there are', () => {
    expect(deployed.feed('stocks')).toBe(real);
    expect(deployed.feed('stocks-delayed')).toBe(delayed);
    const choice = 'name one with --feed, of stocks, stocks-delayed';
    expect(() => deployed.feed(undefined)).toThrow(`environment 'two' has several feeds: ${choice}`);
    expect(() => deployed.feed('crypto')).toThrow(`environment 'two' has no feed 'crypto': ${choice}`);
  });

  test('reads how each of them is', async () => {
    const aws = await FakeAws.start();
    const before = { ...process.env };
    Object.assign(process.env, aws.variables);
    try {
      aws.values.set(monitorMetrics.freshestLag, 61);
      const [first, ...rest] = aws.alarms;
      if (!first || rest.length === 0) throw new Error('the templates declare no alarm');
      aws.alarms.push(...deployed.alarms.map(AlarmName => ({ ...first, AlarmName })));
      const { alarms, readings } = await cloudHealth(deployed, new Date());
      expect(alarms.map(({ name }) => name)).toContain('barflow-two-StocksDelayed-FeedSilent');
      const lags = readings.filter(({ what }) => what.endsWith(': freshest slot behind'));
      expect(lags.map(({ what, value }) => `${what} ${value}`)).toEqual([
        'stocks: freshest slot behind 61',
        'stocks-delayed: freshest slot behind 61',
      ]);
    } finally {
      process.env = before;
      await aws.stop();
    }
  });
});
