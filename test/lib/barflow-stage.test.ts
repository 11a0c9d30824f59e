/** What the whole of an environment looks like, and what must never change by accident. */
import { describe, expect, test } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { App, Stack } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import { environments } from '../../lib/environments.ts';
import { Folder } from '../support/folder.ts';
import { testProperties } from './environment-properties.ts';
import { least, synthesized, withoutHashes } from './synthesized.ts';

testProperties(environments);

/** Templates already deployed somewhere, which must not change by accident. Environments that others add are not among them. */
describe.each(['dev', 'prod'])('environment %s, as shipped,', name => {
  const environment = environments[name];
  if (!environment) throw new Error(`environments.ts has no '${name}'`);
  const { storage, pipeline, serving, monitoring } = synthesized(environment, name);

  test('throws its data away only if it is dev', () => {
    expect(environment.removal).toBe(name === 'dev' ? 'destroy' : 'retain');
  });

  test('looks as reviewed', () => {
    expect(withoutHashes(storage)).toMatchSnapshot('storage');
    expect(withoutHashes(pipeline)).toMatchSnapshot('pipeline');
    expect(withoutHashes(serving)).toMatchSnapshot('serving');
    expect(withoutHashes(monitoring)).toMatchSnapshot('monitoring');
  });
});

/** Resources by logical id, but the dashboard and the query API's function and rights: those are the environment's, for all feeds. */
function ofFeeds(template: Template): Record<string, unknown> {
  const resources: Record<string, { readonly Type: string }> = template.toJSON()['Resources'];
  return Object.fromEntries(
    Object.entries(resources).filter(
      ([id, { Type }]) =>
        Type !== 'AWS::CloudWatch::Dashboard' && !/^Api(?:Function|RoleDefaultPolicy)/.test(id),
    ),
  );
}

test('a second feed adds resources and changes none of the first', () => {
  const one = synthesized(least);
  const two = synthesized({
    ...least,
    feeds: [{ market: 'crypto', symbols: '*', apiKeySecret: 'keys/vendor' }, ...least.feeds],
  });
  for (const stack of ['storage', 'pipeline', 'serving', 'monitoring'] as const) {
    const before = ofFeeds(one[stack]);
    const after = ofFeeds(two[stack]);
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
  using folder = new Folder();
  const app = new App({ outdir: folder.path });
  new Bucket(new Stack(app, 'Open'), 'Bucket');
  expect(new AwsSolutionsChecks(app).validateScope(app).violations.map(({ ruleName }) => ruleName)).toEqual([
    'AwsSolutions-S1',
    'AwsSolutions-S10',
  ]);
});
