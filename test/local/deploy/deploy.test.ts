/** `npm run deploy` as a person runs it, with a CDK and a container builder that only write down what they are told. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Folder } from '../../support/folder.ts';
import { program, recorded } from './support/programs.ts';
import { StubAws, stacks } from './support/stub-aws.ts';

const aws = new StubAws();

beforeAll(() => aws.listen());

beforeEach(() => aws.reset());

afterAll(async () => aws[Symbol.asyncDispose]());

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
  /** What the CDK was told. */
  readonly told: readonly string[];
}

/** @param more variables; `CDK_ENDS` is the code that the CDK ends with */
function deploy(
  args: readonly string[],
  { CDK_ENDS = '0', ...more }: Record<string, string> = {},
): Promise<Ended> {
  const script = fileURLToPath(new URL('../../../local/deploy/deploy.ts', import.meta.url));
  const folder = new Folder();
  program(folder.path, 'docker', 'exit 0');
  const cdk = recorded(folder.path, 'cdk', Number(CDK_ENDS));
  const env = { PATH: folder.path, HOME: '/nonexistent', ...aws.variables, ...more };
  return new Promise(resolve => {
    const child = execFile(process.execPath, [script, ...args], { env }, (_, out, errors) => {
      resolve({ code: child.exitCode ?? -1, out, errors: errors.trim(), told: cdk.calls() });
      folder[Symbol.dispose]();
    });
  });
}

describe('npm run deploy', () => {
  test('looks first, a line each, and lets the CDK deploy what was asked for', async () => {
    const { code, out, errors, told } = await deploy(['dev', '--require-approval', 'never']);
    expect({ code, errors, told }).toEqual({
      code: 0,
      errors: '',
      told: ['deploy dev/** --require-approval never'],
    });
    expect(out).toMatch(/^dev:\n {2}ok {4}credentials: .*\n {2}ok {4}account: /);
  });

  test('only looks with --check, and says that nothing is deployed when something stops it', async () => {
    aws.answers.set('GetParameter', () => ({ Parameter: { Value: '1' } }));
    aws.answers.set('DescribeStacks', stacks({ 'barflow-dev-Storage': 'ROLLBACK_COMPLETE' }, true));
    const { code, out, errors, told } = await deploy(['dev', '--check']);
    expect({ code, errors, told }).toEqual({
      code: 2,
      errors: "nothing is deployed: do what the lines say that begin with 'stop', and repeat",
      told: [],
    });
    expect(out).toMatch(/\n {2}stop {2}bootstrap: version 1, 6 or later is needed: run npx cdk bootstrap/);
    expect(aws.asked).not.toContain('UpdateTerminationProtection');
  });

  test('lets a storage be made anew that never was, though it is protected, and says that it failed when the CDK does', async () => {
    aws.answers.set('DescribeStacks', stacks({ 'barflow-dev-Storage': 'ROLLBACK_COMPLETE' }, true));
    const { code, out, told } = await deploy(['dev/**'], { CDK_ENDS: '7' });
    expect({ code, told }).toEqual({ code: 1, told: ['deploy dev/**'] });
    expect(aws.asked.filter(operation => operation === 'UpdateTerminationProtection')).toHaveLength(1);
    expect(out).toContain('barflow-dev-Storage: never was whole, so it may be deleted and made anew\n');
  });

  test('says what to type when it is told nothing', async () => {
    expect(await deploy([])).toEqual({
      code: 2,
      out: '',
      errors:
        'which environment? type npm run deploy -- dev, or npm run deploy -- prod; options come after it (--help explains)',
      told: [],
    });
  });

  test('explains itself', async () => {
    const { code, out, errors } = await deploy(['dev', '--help']);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(out).toMatch(
      /^Usage: npm run deploy -- ENVIRONMENT… [\s\S]*Exit codes: 0 done, 1 the deployment failed, 2 it was not begun\n$/,
    );
  });
});
