/** What `npm run deploy` makes of its arguments. */
import { describe, expect, test } from '@jest/globals';
import { readAsked } from '../../../local/deploy/asked.ts';

const known = ['dev', 'prod'];

describe('npm run deploy', () => {
  test.each([
    [['dev'], { environments: ['dev'], stacks: ['dev/**'], options: [] }],
    [['dev/**'], { environments: ['dev'], stacks: ['dev/**'], options: [] }],
    [
      ['dev/Monitoring', '--revert-drift'],
      { environments: ['dev'], stacks: ['dev/Monitoring'], options: ['--revert-drift'] },
    ],
    [
      ['dev', 'prod/Storage', 'dev/Serving'],
      { environments: ['dev', 'prod'], stacks: ['dev/**', 'prod/Storage', 'dev/Serving'] },
    ],
    [['**'], { environments: known, stacks: ['**'] }],
    [['--all'], { environments: known, stacks: [], options: ['--all'] }],
    [['dev', '--check'], { onlyLooks: true, environments: ['dev'], options: [] }],
    [['dev', '--profile', 'desk'], { profile: 'desk', options: ['--profile', 'desk'] }],
    [['dev', '--profile=desk', '--check'], { profile: 'desk', onlyLooks: true }],
    [
      ['dev', '--no-rollback', '--requireApproval=never', '-vv', '-c', 'a=b', '--context.b=1'],
      { options: ['--no-rollback', '--requireApproval=never', '-vv', '-c', 'a=b', '--context.b=1'] },
    ],
  ])('understands %j', (args, asked) => {
    expect(readAsked(args, known)).toMatchObject(asked);
  });

  test.each([
    [[], /^which environment\? type npm run deploy -- dev, or npm run deploy -- prod;/],
    [['--force', 'dev'], /^which environment\?/],
    [['toString'], /^environment 'toString' is unknown: type/],
    [['dev', '--check', '--force'], /--force.*: use --profile --all --help/],
    // The CDK would ignore these, and deploy.
    [['dev', '--chek'], /^Unknown option '--chek': use --check, or one of npx cdk deploy --help/],
    [['dev', '--force', '-z'], /^Unknown option '-z': use --check/],
  ])('says of %j what to type', (args, words) => {
    expect(() => readAsked(args, known)).toThrow(words);
  });
});
