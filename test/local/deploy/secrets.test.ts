/** What is looked at of the secrets with the vendor's key, which another environment may use as well. */
import { describe, expect, test } from '@jest/globals';
import type { Environment, Feed } from '../../../lib/settings/environment.ts';
import { aws, feed, look, one, stops } from './support/looking.ts';
import { AwsError, denied, stacks } from './support/stub-aws.ts';

describe('the secret', () => {
  test.each([
    [
      'is not there',
      new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret."),
      /not in eu-west-1: aws secretsmanager create-secret --region eu-west-1 --name keys\/a/,
    ],
    [
      'has no value',
      new AwsError(
        'ResourceNotFoundException',
        "can't find the specified secret value for staging label: AWSCURRENT",
      ),
      /it has no value: aws secretsmanager put-secret-value/,
    ],
    [
      'is about to be deleted',
      new AwsError('InvalidRequestException', 'it was marked for deletion.'),
      /restore-secret --region eu-west-1 --secret-id keys\/a/,
    ],
    ['is empty', { SecretString: ' \n' }, /it is empty: aws secretsmanager put-secret-value/],
    ['is binary', { SecretBinary: 'aGlkZGVu' }, /it is empty/],
    ['ends with a line end', { SecretString: 'hidden\n' }, /its whole value must be the key/],
    ['is JSON', { SecretString: '{"key":"hidden"}' }, /its whole value must be the key/],
  ])('that %s stops it, with the command that mends it', async (_, answer, words) => {
    aws.answers.set('GetSecretValue', () => answer);
    const lines = await stops();
    expect(lines).toEqual([expect.stringMatching(words)]);
    expect(lines.join()).not.toContain('hidden');
  });

  test('that this role may not read is told of, and stops nothing', async () => {
    aws.answers.set('GetSecretValue', () => denied);
    const { lines } = await look();
    expect(lines).toContain('note  secret keys/a: not looked at: this role may not read it');
  });
});

describe('a key that another environment uses', () => {
  const shared = (more: Partial<Feed>, environment: Partial<Environment> = {}) => ({
    one,
    two: { ...one, feeds: [{ ...feed, ...more }], ...environment },
  });

  test('stops it while that one runs, and is told of while it does not', async () => {
    const { lines } = await look(shared({}));
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^note {2}shared key: 'two' connects to stocks on socket.massive.com with the same key/,
      ),
    );
    aws.answers.set('DescribeStacks', stacks({ 'barflow-two-Pipeline': 'ROLLBACK_COMPLETE' }));
    expect(await stops(shared({}))).toEqual([]);
    aws.answers.set('DescribeStacks', stacks({ 'barflow-two-Pipeline': 'UPDATE_COMPLETE' }));
    expect(await stops(shared({}))).toEqual([
      expect.stringMatching(/^stop {2}shared key: .*take 'two' down first$/),
    ]);
  });

  test('of two feeds of one environment stops it, though its secrets have two names', async () => {
    aws.answers.set('GetSecretValue', () => ({ SecretString: 'hidden' }));
    const feeds = [feed, { ...feed, name: 'stocks-second', apiKeySecret: 'keys/b' }];
    expect(await stops({ one: { ...one, feeds } })).toEqual([
      expect.stringMatching(
        /^stop {2}shared key: two feeds connect to stocks on socket.massive.com with the same key/,
      ),
    ]);
  });

  test('is found behind another name, and is never shown', async () => {
    aws.answers.set('GetSecretValue', () => ({ SecretString: 'hidden' }));
    const { lines } = await look(shared({ apiKeySecret: 'keys/b' }));
    expect(lines.join('\n')).toMatch(/note {2}shared key/);
    expect(lines.join('\n')).not.toContain('hidden');
  });

  test.each([
    ['on another host', shared({ host: 'delayed.massive.com' })],
    ['of another market', shared({ market: 'crypto', symbols: '*' })],
    ['in another account', shared({}, { account: '210987654321' })],
    ['in another region', shared({}, { region: 'us-east-1' })],
    ['that is another key', shared({ apiKeySecret: 'keys/b' })],
  ])('%s is left alone', async (_, environments) => {
    const { lines } = await look(environments);
    expect(lines.filter(line => line.includes('shared key'))).toEqual([]);
  });
});
