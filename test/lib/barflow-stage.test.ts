/** What the whole of an environment looks like, and what must never change by accident. */
import { describe, expect, test } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { environments } from '../../lib/environments.ts';
import { least, synthesized } from './synthesized.ts';

const all = Object.entries(environments).map(([name, environment]) => ({
  name,
  ...synthesized(environment, name),
}));

/** The types whose loss loses data. */
const stateful = ['AWS::Kinesis::Stream', 'AWS::DynamoDB::Table', 'AWS::S3::Bucket'];

/** `type id` of every resource that is one of `types`, sorted. */
function ids(template: Template, types = stateful): string[] {
  return types.flatMap(type => Object.keys(template.findResources(type)).map(id => `${type} ${id}`)).sort();
}

/** The template as text, without the hashes that change with every line of code. */
function withoutHashes(template: Template): unknown {
  return JSON.parse(JSON.stringify(template.toJSON()).replace(/[0-9a-f]{64}/g, '<hash>'));
}

describe.each(all)('environment $name', ({ name, storage, pipeline, monitoring, findings, stacks }) => {
  test('keeps its data where it has always kept it', () => {
    expect(ids(storage)).toEqual([
      'AWS::DynamoDB::Table StocksLease2FF75685',
      'AWS::DynamoDB::Table StocksMonitorA1A88EB2',
      'AWS::DynamoDB::Table StocksQuarantineF198EACE',
      'AWS::DynamoDB::Table StocksStateEECBDEF8',
      'AWS::Kinesis::Stream StocksBarsStream2F5B428F',
      'AWS::Kinesis::Stream StocksMinutesStreamD8F00BA5',
      'AWS::S3::Bucket StocksFailuresBucketAFDE0655',
      'AWS::S3::Bucket StocksReportsBucket980CB4D0',
    ]);
    expect(ids(pipeline)).toEqual([]);
    expect(ids(monitoring)).toEqual([]);
  });

  test('breaks no rule of the AWS Solutions checks that nobody gave a reason for', () => {
    expect(findings).toEqual([]);
  });

  test('holds no account and no region', () => {
    const text = JSON.stringify([storage, pipeline, monitoring].map(withoutHashes));
    expect(text).not.toMatch(/\b\d{12}\b/);
    expect(text).not.toMatch(/\b(us|eu|ap|sa|ca|me|af|il|cn|mx)-[a-z]+-\d\b/);
  });

  test('has a stack for what is kept, one for what runs and one for what watches', () => {
    const isProtected = environments[name]?.removal === 'retain';
    expect(stacks).toEqual({
      [`barflow-${name}-Storage`]: isProtected,
      [`barflow-${name}-Pipeline`]: isProtected,
      [`barflow-${name}-Monitoring`]: isProtected,
    });
  });

  test('tags what can be tagged', () => {
    for (const table of Object.values(storage.findResources('AWS::DynamoDB::Table')))
      expect(table['Properties'].Tags).toContainEqual({ Key: 'environment', Value: name });
  });

  test('looks as reviewed', () => {
    expect(withoutHashes(storage)).toMatchSnapshot('storage');
    expect(withoutHashes(pipeline)).toMatchSnapshot('pipeline');
    expect(withoutHashes(monitoring)).toMatchSnapshot('monitoring');
  });
});

test('prod keeps and protects what dev throws away', () => {
  const policies = (template: Template) =>
    new Set(
      stateful
        .flatMap(type => Object.values(template.findResources(type)))
        .map(each => each['DeletionPolicy']),
    );
  expect(all.map(({ name, storage }) => [name, ...policies(storage)])).toEqual([
    ['dev', 'Delete'],
    ['prod', 'Retain'],
  ]);
  for (const { name, storage } of all)
    for (const table of Object.values(storage.findResources('AWS::DynamoDB::Table')))
      expect(table['Properties'].DeletionProtectionEnabled ?? false).toBe(name === 'prod');
});

/** Resources by logical id. The dashboard is the environment's and shows all feeds. */
function withoutDashboard(template: Template): Record<string, unknown> {
  const resources: Record<string, { readonly Type: string }> = template.toJSON()['Resources'];
  return Object.fromEntries(
    Object.entries(resources).filter(([, { Type }]) => Type !== 'AWS::CloudWatch::Dashboard'),
  );
}

test('a second feed adds resources and changes none of the first', () => {
  const one = synthesized(least);
  const two = synthesized({
    ...least,
    feeds: [{ market: 'crypto', symbols: '*', apiKeySecret: 'keys/vendor' }, ...least.feeds],
  });
  for (const stack of ['storage', 'pipeline', 'monitoring'] as const) {
    const before = withoutDashboard(one[stack]);
    const after = withoutDashboard(two[stack]);
    expect(after).toMatchObject(before);
    const added = Object.keys(after).filter(id => !(id in before));
    expect(added.length).toBeGreaterThan(5);
    expect(added.filter(id => !id.startsWith('Crypto'))).toEqual([]);
  }
});

test('an environment that cannot work never becomes a stage', () => {
  expect(() => synthesized({ ...least, feeds: [] }, 'broken')).toThrow(
    "environment 'broken' cannot be used:\n  feeds is []: use a list of at least one feed",
  );
});

test('the checks do find what breaks a rule', () => {
  const app = new App();
  new Bucket(new Stack(app, 'Open'), 'Bucket');
  expect(new AwsSolutionsChecks(app).validateScope(app).violations.map(({ ruleName }) => ruleName)).toEqual([
    'AwsSolutions-S1',
    'AwsSolutions-S10',
  ]);
});
