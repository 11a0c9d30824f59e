/** Names of secrets, parameters and buckets that AWS would refuse or take for something else. */
import { describe, expect, test } from '@jest/globals';
import { faultsOfFeed } from '../support/faults.ts';

describe('the name of the secret with the key', () => {
  test.each([
    ['barflow-dev-secret', 'barflow-dev/secret'],
    ['barflow/dev/polygon-apikey', 'barflow/dev/polygon/apikey'],
    ['keys-AbC123', 'keys/AbC123'],
    ['polygon-my-key', 'polygon/my-key'],
    ['-secret', '/secret'],
  ])('%s is refused, for AWS takes its end for that of an ARN, with one that works: %s', (name, spelling) => {
    expect(faultsOfFeed({ apiKeySecret: name })).toEqual([
      `feeds[0].apiKeySecret is '${name}': use a name without a hyphen before its last six characters, which AWS takes for the end of an ARN: '${spelling}'`,
    ]);
    expect(faultsOfFeed({ apiKeySecret: spelling })).toEqual([]);
  });

  test.each([
    'arn:aws:secretsmanager:eu-central-1:111111111111:secret:barflow/dev/key-AbC123',
    'arn:aws:secretsmanager:eu-central-1:111111111111:secret:barflow/dev/key',
    'barflow/dev/key-??????',
    'barflow/dev/*',
    'barflow/dev/key:json-key::',
    ' barflow/dev/key',
    'barflow/dev/key\n',
    'barflow dev key',
    'rds!cluster-1a96bebc',
    'schlüssel',
    '',
  ])('%j is refused: no such name exists', name => {
    const [fault, ...others] = faultsOfFeed({ apiKeySecret: name });
    expect(fault).toMatch(/^feeds\[0\]\.apiKeySecret is .*: use the name of a secret, not its ARN: up to/);
    expect(others).toEqual([]);
  });

  test.each(['key', 'dev-key', 'dev-polygon', '/barflow/dev/key', 'a/b_c+d=e.f@g-h'])(
    '%s is accepted',
    name => expect(faultsOfFeed({ apiKeySecret: name })).toEqual([]),
  );
});

describe('where a list of symbols is kept', () => {
  test.each([
    'barflow/list',
    '/aws/service/list',
    'SSM-list',
    '/lists/',
    '//list',
    'list:3',
    '/a'.repeat(16),
  ])('is no parameter named %s', parameter => {
    const faults = faultsOfFeed({ symbolSource: { parameter } });
    expect(faults).toEqual([
      expect.stringMatching(/^feeds\[0\]\.symbolSource\.parameter is .*: use the name of a parameter, not/),
    ]);
  });

  test.each([
    '192.168.5.4',
    'lists..of.ours',
    '-lists',
    'lists.',
    'Lists',
    's3://lists',
    'lists-abcdef-s3alias',
    'lists--use1-az4--x-s3',
  ])('is no bucket named %s', bucket => {
    const faults = faultsOfFeed({ symbolSource: { bucket, key: 'list' } });
    expect(faults).toEqual([
      expect.stringMatching(/^feeds\[0\]\.symbolSource\.bucket is .*: use the name of a bucket, not/),
    ]);
  });

  test('is no object whose key is a pattern where it is permitted', () => {
    for (const key of ['list*', 'list?', ['$', '{aws:username}'].join(''), 'a list'])
      expect(faultsOfFeed({ symbolSource: { bucket: 'lists', key } })).toEqual([
        `feeds[0].symbolSource.key is '${key}': use the key of an object without spaces, *, ? and $`,
      ]);
  });

  test.each([
    { parameter: 'list' },
    { parameter: '/barflow/dev/list' },
    { bucket: 'lists.example-1', key: 'all/stocks.txt' },
  ])('may be %j', symbolSource => expect(faultsOfFeed({ symbolSource })).toEqual([]));
});
