/** The operator's commands against AWS as it answers, run as an operator runs them. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { finalLatency, monitorMetrics } from '../../../runtime/platform/metric-names.ts';
import { type OperatorResult, operate } from '../../support/operate.ts';
import { FakeAws } from './support/fake-aws.ts';

let aws: FakeAws;

beforeAll(async () => {
  aws = await FakeAws.start();
});

afterAll(async () => aws.stop());

beforeEach(() => {
  Object.assign(aws, {
    hasStacks: true,
    refusal: undefined,
    actionFailure: undefined,
    functionFails: false,
  });
  aws.objects.clear();
  aws.invoked.length = 0;
  aws.set.length = 0;
});

const run = (
  command: Parameters<typeof operate>[0],
  args: readonly string[],
  variables = aws.variables,
): Promise<OperatorResult> => operate(command, args, variables);

function expectOneLine({ code, errors, out }: OperatorResult, line: RegExp): void {
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
    expect(out).toContain('Monitoring: Barflow 1.2.3, UPDATE_COMPLETE, last changed 2026-01-02 03:04 UTC');
  });

  test('tells how late half of the finished bars are, and all but a hundredth', async () => {
    aws.values.set(`${finalLatency.sinceMinute} p50`, 0.55).set(`${finalLatency.sinceMinute} p99`, 0.98);
    const { out } = await run('status', ['--env', 'dev']);
    expect(out).toMatch(/bars put after that minute’s arrival: p50 +0.55 s\n.*minute’s arrival: p99 +0.98 s/);
  });

  test('knows the alarms of its own environment from those of another whose name begins like it', async () => {
    const [first] = aws.alarms;
    if (first === undefined) throw new Error('the templates declare no alarm');
    aws.alarms.push({ ...first, AlarmName: 'barflow-dev-eu-Stocks-FeedDown', StateValue: 'ALARM' });
    const { code, out } = await run('status', ['--env', 'dev']);
    aws.alarms.pop();
    expect(code).toBe(0);
    expect(out).not.toContain('dev-eu');
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

  test('names an alarm that was deleted by hand', async () => {
    const [gone] = aws.alarms.splice(2, 1);
    if (gone === undefined) throw new Error('the templates declare too few alarms');
    const deleted = await run('status', ['--env', 'dev']);
    aws.alarms.splice(2, 0, gone);
    expectOneLine(
      deleted,
      new RegExp(`^alarm '${gone.AlarmName}' is gone, though the stack declares it: npm run deploy`),
    );
  });

  test('gives no verdict by a calendar that has ended', async () => {
    aws.values.set(monitorMetrics.calendarDaysLeft, -3);
    const stale = await run('status', ['--env', 'dev']);
    aws.values.delete(monitorMetrics.calendarDaysLeft);
    expectOneLine(stale, /^the calendar of 'dev' ended 3 days ago, .*: bring in a release whose rules reach/);
  });

  test('says in one line what to give when it is told nothing or too much', async () => {
    const [nothing, both, flag, port, cloudAlone] = await Promise.all([
      run('status', []),
      run('status', ['--env', 'dev', '--local']),
      run('status', ['--environment', 'dev']),
      run('status', ['--env', 'dev', '--port', '3']),
      run('import', []),
    ]);
    expectOneLine(nothing, /^where\? Give --env NAME or --local \(--help/);
    expectOneLine(both, /^--env and --local exclude each other: give one of them/);
    expectOneLine(flag, /^Unknown option '--environment'/);
    expectOneLine(cloudAlone, /^where\? Give --env NAME \(--help/);
    expectOneLine(port, /^--port goes with --local alone/);
  });
});

describe('npm run status -- --env --task', () => {
  /** What the task says last; however long the command takes, it is not old. */
  const says = (ready: object) => {
    const timestamp = Date.now() + 3_600_000;
    const message = JSON.stringify({ ready, stats: { now: timestamp, held: { records: 3 } } });
    aws.log = [{ logStreamName: 'ingester/ingester/aaaa', timestamp, message }];
  };

  test('shows what the task said last, and exits with 0 when it is ready', async () => {
    says({ status: 'ready' });
    const { code, out, errors } = await run('status', ['--env', 'dev', '--task']);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(out).toMatch(/^dev, feed stocks, task aaaa, 0 s ago: ready\n\nnow .*\nheld\.records +3\n$/);
  });

  test('exits with 1 when it is not, also as JSON', async () => {
    const ready = { status: 'not ready', reason: 'standing by' };
    says(ready);
    const { code, out } = await run('status', ['--env', 'dev', '--task', '--feed', 'stocks', '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      ...{ environment: 'dev', feed: 'stocks' },
      tasks: [{ task: 'aaaa', ready, stats: { held: { records: 3 } } }],
    });
  });

  test('says in one line that its log is gone, and that a feed is no question without it', async () => {
    aws.log = undefined;
    const [gone, taskless] = await Promise.all([
      run('status', ['--env', 'dev', '--task']),
      run('status', ['--env', 'dev', '--feed', 'stocks']),
    ]);
    expectOneLine(
      gone,
      /^what the stack declares is gone: The specified log group does not exist.* npm run deploy with --revert-drift/,
    );
    expectOneLine(taskless, /^--feed goes with --task alone: without it every feed/);
  });
});

describe('npm run redrive -- --env', () => {
  const event = '{"Records":[]}';
  const objectOf = (name: string) =>
    JSON.stringify({
      requestContext: {
        condition: 'RetryAttemptsExhausted',
        functionArn: `arn:aws:lambda:us-east-1:000000000000:function:${name}:$LATEST`,
      },
      KinesisBatchInfo: {
        shardId: 'shardId-000000000000',
        startSequenceNumber: '49590',
        approximateArrivalOfFirstRecord: '2025-11-20T14:31:02.000Z',
        batchSize: 3,
      },
      payload: event,
    });
  const object = objectOf('stocksrollupfunctiond9adb670');
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

  test('sends a batch of the bar store to the bar store', async () => {
    aws.objects.clear();
    aws.invoked.length = 0;
    aws.objects.set(key, objectOf('stocksbarstorefunctionbc4b4c87'));
    const done = await run('redrive', ['--env', 'dev', '--failures', '--yes']);
    expect(done.out).toContain('1 found, 1 redriven, 0 cannot be');
    expect(aws.invoked).toEqual(['stocksbarstorefunctionbc4b4c87 {"Records":[]}']);
    aws.objects.clear();
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
    expectOneLine(what, /^what\? Give --failures or --quarantine \(--help/);
    expectOneLine(feed, /^environment 'dev' has no feed 'crypto': name one with --feed, of stocks$/);
  });
});

describe('npm run redrive -- --env --quarantine', () => {
  const START = Date.parse('2025-11-20T14:30:00Z');
  const bar = { ev: 'AM', sym: 'AAPL', v: 7, vw: 3, o: 3, h: 4, l: 2, c: 3, s: START, e: START + 60_000 };
  const item = (name: string, event: object) => ({
    pk: { S: 'ingester-stocks#2025-11-20' },
    sk: { S: `${START + 63_000}#${name}` },
    raw: { B: Buffer.from(JSON.stringify(event)).toString('base64') },
    reason: { S: 'a rule of yesterday' },
  });
  const redrive = (...more: string[]) => run('redrive', ['--env', 'dev', '--quarantine', ...more]);

  beforeEach(() => {
    const { quarantine } = aws;
    quarantine.items.splice(0, Number.POSITIVE_INFINITY, item('a', bar), item('b', { ...bar, h: 1 }));
    quarantine.taken.length = 0;
    Object.assign(quarantine, { refusals: 0, refusesMarks: false, beforeMark: undefined });
  });

  test('shows what there is first, then puts what is accepted today, once, however often it is called', async () => {
    const plan = await redrive();
    expect(plan).toMatchObject({ code: 1, errors: '' });
    expect(plan.out).toMatch(
      /^1 stay: still refused: high is 1.*\n2 found, 0 redriven, 1 cannot be; give --yes/,
    );
    expect(aws.quarantine.taken).toEqual([]);
    aws.quarantine.refusals = 1;
    expect((await redrive('--yes')).out).toContain('2 found, 1 redriven, 1 cannot be\n');
    const again = await redrive('--yes');
    expect(again.out).toContain('1 found, 0 redriven, 1 cannot be\n');
    expect(aws.quarantine.taken.map(text => JSON.parse(text))).toEqual([
      expect.objectContaining({
        type: 'bar',
        symbol: 'AAPL',
        start: START,
        high: 4,
        version: START + 63_000,
      }),
    ]);
  });

  test('puts the same version again after it was broken off between the record and its mark', async () => {
    aws.quarantine.refusesMarks = true;
    expect((await redrive('--yes')).errors).toMatch(/^not allowed: /);
    aws.quarantine.refusesMarks = false;
    expect((await redrive('--yes')).out).toContain('2 found, 1 redriven');
    const [first, ...others] = aws.quarantine.taken;
    expect(others.length).toBeGreaterThan(0);
    expect(new Set(others)).toEqual(new Set([first]));
  });

  test('takes it calmly when a piece expires meanwhile', async () => {
    aws.quarantine.beforeMark = () => aws.quarantine.items.splice(0, 1);
    expect(await redrive('--yes')).toMatchObject({ code: 1, errors: '' });
    expect(aws.quarantine.items).toHaveLength(1);
  });
});

describe('npm run alarms:test -- --env', () => {
  const send = () => run('alarms-test', ['--env', 'dev']);

  test('raises one alarm of each severity, which no other one looks at, and says where they go', async () => {
    const { code, out, errors } = await send();
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(aws.set).toEqual([
      {
        AlarmName: 'barflow-dev-Stocks-DataDropped',
        StateValue: 'ALARM',
        StateReason: 'A test of the way of a page: nothing is wrong, nothing is to be done.',
      },
      {
        AlarmName: 'barflow-dev-Stocks-CalendarRunningOut',
        StateValue: 'ALARM',
        StateReason: 'A test of the way of a ticket: nothing is wrong, nothing is to be done.',
      },
    ]);
    const [page, ticket] = out.split('\n');
    const nobody = 'sent to a topic for which notify in lib/environments.ts names nobody';
    expect(page).toBe(
      `page: barflow-dev-Stocks-DataDropped is raised and ${nobody}; it is taken back within minutes`,
    );
    expect(ticket).toMatch(/^ticket: barflow-dev-Stocks-CalendarRunningOut is raised/);
  });

  test('exits with 1 and the words of CloudWatch when the topic does not take what is sent', async () => {
    aws.actionFailure = 'Failed to execute action arn:aws:sns:eu-west-1. Received error: "not authorized"';
    const { code, out } = await send();
    expect(code).toBe(1);
    expect(out).toContain(
      'page: barflow-dev-Stocks-DataDropped is raised, but was not sent: Failed to execute',
    );
  });

  test('says that it waits while CloudWatch has not said that one was sent', async () => {
    aws.quietLooks = 1;
    const { code, out } = await send();
    expect(code).toBe(0);
    const waiting = out.split('\n').filter(line => line.includes('waiting'));
    expect(waiting).toEqual([
      'barflow-dev-Stocks-DataDropped: waiting for CloudWatch to say that it was sent',
    ]);
  });

  test('says of an alarm that is raised already that nothing is sent', async () => {
    const index = aws.alarms.findIndex(({ AlarmName }) => AlarmName.endsWith('CalendarRunningOut'));
    const [healthy] = aws.alarms.slice(index, index + 1);
    if (healthy === undefined) throw new Error('the templates declare no such alarm');
    aws.alarms.splice(index, 1, { ...healthy, StateValue: 'ALARM' });
    const { code, out } = await send();
    aws.alarms.splice(index, 1, healthy);
    expect(code).toBe(0);
    expect(out).toContain('ticket: barflow-dev-Stocks-CalendarRunningOut is raised already');
    expect(aws.set.map(({ AlarmName }) => AlarmName)).toEqual(['barflow-dev-Stocks-DataDropped']);
  });

  test('tells nobody anything when one of the two alarms was deleted by hand', async () => {
    const index = aws.alarms.findIndex(({ AlarmName }) => AlarmName.endsWith('CalendarRunningOut'));
    const gone = aws.alarms.splice(index, 1);
    const result = await send();
    aws.alarms.splice(index, 0, ...gone);
    expectOneLine(
      result,
      /^alarm 'barflow-dev-Stocks-CalendarRunningOut' is gone, though the stack declares it/,
    );
    expect(aws.set).toEqual([]);
  });
});

describe('in one line with the remedy', () => {
  test.each([
    ['status', []],
    ['alarms-test', []],
    ['redrive', ['--failures']],
    ['redrive', ['--quarantine', '--yes']],
  ] as const)(
    '%s %j answers an unknown environment, no credentials and a region without the stack',
    async (command, more) => {
      aws.hasStacks = false;
      const { AWS_REGION = '', AWS_ENDPOINT_URL = '' } = aws.variables;
      const [unknown, keyless, nowhere] = await Promise.all([
        run(command, ['--env', 'elsewhere', ...more]),
        run(command, ['--env', 'dev', ...more], { AWS_REGION, AWS_ENDPOINT_URL }),
        run(command, ['--env', 'dev', ...more]),
      ]);
      expectOneLine(unknown, /^environment 'elsewhere' is unknown: use one of dev, prod/);
      expectOneLine(keyless, /^no valid AWS credentials: sign in/);
      expectOneLine(nowhere, /^region eu-west-1 has no stack '.*': deploy it \(npm run deploy/);
    },
  );

  test('any of them answers no region, a role that may not, and nobody at the other end', async () => {
    aws.refusal = 'AccessDenied';
    const away = { ...aws.variables, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };
    const [nowhere, refused, nobody] = await Promise.all([
      run('status', ['--env', 'dev'], {}),
      run('status', ['--env', 'dev']),
      run('status', ['--env', 'dev'], away),
    ]);
    expectOneLine(nowhere, /^no region: set it in lib\/environments.ts, or in the variable AWS_REGION$/);
    expectOneLine(refused, /^not allowed: .* docs\/operating.md lists$/);
    expectOneLine(nobody, /^AWS cannot be reached: .*Check the network/);
  });
});
