/** The operator's commands against AWS as it answers, run as an operator runs them. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { monitorMetrics } from '../../../runtime/platform/metric-names.ts';
import { FakeAws } from './support/fake-aws.ts';

let aws: FakeAws;

beforeAll(async () => {
  aws = await FakeAws.start();
});

afterAll(async () => aws.stop());

beforeEach(() => {
  Object.assign(aws, { hasStacks: true, refusal: undefined, functionFails: false });
  aws.objects.clear();
  aws.invoked.length = 0;
});

interface Result {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

/** Runs a command in a home without any AWS configuration. */
function run(
  command: 'status' | 'redrive',
  args: readonly string[],
  variables = aws.variables,
): Promise<Result> {
  const script = fileURLToPath(new URL(`../../../local/operate/${command}.ts`, import.meta.url));
  const env = { PATH: '', HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true', ...variables };
  return new Promise(resolve => {
    const child = execFile(process.execPath, [script, ...args], { env }, (_, out, errors) =>
      resolve({ code: child.exitCode ?? -1, out, errors: errors.trim() }),
    );
  });
}

function expectOneLine({ code, errors, out }: Result, line: RegExp): void {
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(errors.split('\n')).toHaveLength(1);
  expect(errors).toMatch(line);
}

describe('npm run status -- --env', () => {
  test('says that nothing pages, how fresh the feed is and what is deployed', async () => {
    aws.values.set(monitorMetrics.freshestLag, 61);
    const { code, out } = await run('status', ['--env', 'dev']);
    expect(code).toBe(0);
    expect(out).toContain('nothing pages, 0 tickets');
    expect(out).toMatch(/freshest slot behind +61 s/);
    expect(out).toMatch(/slowest slot behind +not measured/);
    expect(out).toContain('Monitoring: UPDATE_COMPLETE, last changed 2026-01-02 03:04 UTC');
  });

  test('exits with 1 and the words of the runbook when something pages, also as JSON', async () => {
    const [first] = aws.alarms.splice(0, 1);
    if (first === undefined) throw new Error('the templates declare no alarm');
    aws.alarms.unshift({ ...first, StateValue: 'ALARM' });
    const [text, json] = await Promise.all([
      run('status', ['--env', 'dev']),
      run('status', ['--env', 'dev', '--json']),
    ]);
    aws.alarms.splice(0, 1, first);
    expect([text.code, json.code]).toEqual([1, 1]);
    expect(text.out).toContain(`PAGE ${first.AlarmName}`);
    expect(text.out).toContain('  First: look.\n  Runbook: docs/runbook.md#there');
    const { alarms, environment } = JSON.parse(json.out);
    expect(environment).toBe('dev');
    expect(alarms[0]).toMatchObject({ name: first.AlarmName, state: 'ALARM', severity: 'page' });
  });

  test('names what is wrong and the remedy in one line', async () => {
    const noKeys = { AWS_REGION: 'eu-west-1' };
    const [unknown, keyless, nowhere] = await Promise.all([
      run('status', ['--env', 'elsewhere']),
      run('status', ['--env', 'dev'], {
        ...noKeys,
        AWS_ENDPOINT_URL: aws.variables['AWS_ENDPOINT_URL'] ?? '',
      }),
      run('status', ['--env', 'dev'], {}),
    ]);
    expectOneLine(unknown, /^environment 'elsewhere' is unknown: use one of dev, prod/);
    expectOneLine(keyless, /^no valid AWS credentials: sign in/);
    expectOneLine(nowhere, /^no region: set it in lib\/environments.ts, or in the variable AWS_REGION$/);
  });

  test('knows a region without the stack, an alarm deleted by hand and a role that may not look', async () => {
    const [gone] = aws.alarms.splice(2, 1);
    if (gone === undefined) throw new Error('the templates declare too few alarms');
    const deleted = await run('status', ['--env', 'dev']);
    aws.alarms.splice(2, 0, gone);
    expectOneLine(
      deleted,
      new RegExp(`^alarm '${gone.AlarmName}' is gone, though the stack declares it: npm run deploy`),
    );
    aws.hasStacks = false;
    expectOneLine(
      await run('status', ['--env', 'dev']),
      /^region eu-west-1 has no stack '.*Storage': deploy it \(npm run deploy -- 'dev\/\*\*'\), or set the region/,
    );
    aws.refusal = 'AccessDenied';
    expectOneLine(await run('status', ['--env', 'dev']), /^not allowed: .* docs\/operating.md lists$/);
  });

  test('says how it is used when it is told nothing or too much', async () => {
    const [nothing, both, flag] = await Promise.all([
      run('status', []),
      run('status', ['--env', 'dev', '--local']),
      run('status', ['--environment', 'dev']),
    ]);
    expect(nothing.errors).toMatch(/^where\? Give --env NAME or --local\nUsage: npm run status/);
    expect(both.errors).toMatch(/^--env and --local exclude each other\nUsage/);
    expect(flag.errors).toMatch(/^Unknown option '--environment'/);
    expect([nothing.code, both.code, flag.code]).toEqual([2, 2, 2]);
  });
});

describe('npm run redrive -- --env', () => {
  const event = '{"Records":[]}';
  const object = JSON.stringify({
    requestContext: { condition: 'RetryAttemptsExhausted' },
    KinesisBatchInfo: {
      shardId: 'shardId-000000000000',
      startSequenceNumber: '49590',
      approximateArrivalOfFirstRecord: '2025-11-20T14:31:02.000Z',
      batchSize: 3,
    },
    payload: event,
  });
  const key = 'aws/lambda/uuid/shardId-000000000000/2025/11/20/2025-11-20T14.40.00-a';

  test('shows the batches first, then sends each event as it was and files it as redriven', async () => {
    aws.objects.set(key, object);
    const plan = await run('redrive', ['--env', 'dev', '--failures']);
    expect(plan).toMatchObject({ code: 0, errors: '' });
    expect(plan.out).toBe(
      '3 records of shardId-000000000000 from 2025-11-20T14:31:02.000Z (RetryAttemptsExhausted)\n' +
        '1 found, 0 redriven, 0 cannot be; give --yes to redrive them\n',
    );
    expect(aws.invoked).toEqual([]);
    const done = await run('redrive', ['--env', 'dev', '--failures', '--yes']);
    expect(done.out).toContain('1 found, 1 redriven, 0 cannot be');
    expect(aws.invoked).toEqual([expect.stringMatching(/^stocksrollupfunction\w+ {"Records":\[\]}$/)]);
    expect([...aws.objects.keys()]).toEqual([`redriven/${key}`]);
  });

  test('leaves a batch that the function still does not finish', async () => {
    aws.objects.set(key, object);
    aws.functionFails = true;
    const { code, out } = await run('redrive', ['--env', 'dev', '--failures', '--yes']);
    expect(code).toBe(1);
    expect(out).toContain('left, because the function wants 1 records again');
    expect([...aws.objects.keys()]).toEqual([key]);
  });

  test('wants to know what to redrive and of which feed', async () => {
    const [what, feed] = await Promise.all([
      run('redrive', ['--env', 'dev']),
      run('redrive', ['--env', 'dev', '--failures', '--feed', 'crypto']),
    ]);
    expect(what.errors).toMatch(/^what\? Give --failures or --quarantine\nUsage/);
    expectOneLine(feed, /^environment 'dev' has no feed 'crypto': name one with --feed, of stocks$/);
  });
});
