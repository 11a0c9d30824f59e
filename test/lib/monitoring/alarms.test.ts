/** What every alarm must have, whom it tells, and how few pages one cause makes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { runbookSection } from '../../../lib/settings/names.ts';
import { least, synthesized, whole } from '../synthesized.ts';

interface AlarmProperties {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly AlarmActions?: readonly unknown[];
  readonly OKActions?: readonly unknown[];
  readonly TreatMissingData?: string;
  readonly AlarmRule?: string;
  readonly ActionsSuppressor?: { readonly 'Fn::GetAtt': readonly string[] };
  readonly Threshold?: number;
}

/** By logical id. */
function alarmsOf(environment = whole): Map<string, AlarmProperties> {
  const { pipeline, monitoring } = synthesized(environment);
  const all = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'].flatMap(type =>
    [pipeline, monitoring].flatMap(stack =>
      Object.entries(stack.findResources(type)).map(([id, { Properties }]) => [id, Properties] as const),
    ),
  );
  return new Map(all);
}

const resources = alarmsOf();
const alarms = [...resources.values()];
const idOf = ({ AlarmName }: AlarmProperties) => AlarmName.replace(/^barflow-test-(Stocks|Api)-/, '');
const rules = alarms.map(({ AlarmRule = '' }) => AlarmRule).join(' ');

describe('every alarm', () => {
  test.each(alarms.map(alarm => ({ id: idOf(alarm), alarm })))(
    '$id says what it means, what to do first and where to read on',
    ({ id, alarm }) => {
      expect(alarm.AlarmName).toBe(`barflow-test-${id.startsWith('Api') ? 'Api' : 'Stocks'}-${id}`);
      expect(alarm.AlarmDescription).toMatch(/^[A-Z].*\. First: .*\. Runbook: docs\/runbook\.md#[a-z-]+$/);
      expect(alarm.AlarmDescription.length).toBeLessThanOrEqual(1024);
      expect(alarm.AlarmDescription).toContain(`#${runbookSection(id)}`);
    },
  );

  test('has a word on missing data, unless it is made of other alarms', () => {
    // One keeps its state, by which it is known whether anything was ever measured.
    for (const alarm of alarms.filter(({ AlarmRule }) => AlarmRule === undefined))
      expect(idOf(alarm) === 'CalendarRunningOut' ? ['ignore'] : ['breaching', 'notBreaching']).toContain(
        alarm.TreatMissingData,
      );
  });

  test('tells one topic when it is raised and when it is over, or is told of by a composite, or is for ECS', () => {
    const guards = ['DeploymentSilent', 'DeploymentUnconnected'];
    for (const alarm of alarms.filter(each => !guards.includes(idOf(each)))) {
      const isNamed = rules.includes(`ALARM("${alarm.AlarmName}")`);
      if (alarm.AlarmActions === undefined)
        expect({ id: idOf(alarm), isNamed }).toEqual({ id: idOf(alarm), isNamed: true });
      else expect([alarm.AlarmActions.length, alarm.OKActions]).toEqual([1, alarm.AlarmActions]);
    }
  });

  test('may publish to its topic: the policy that asks for TLS takes the place of the one that lets alarms in', () => {
    const { monitoring } = synthesized(least);
    const open = Object.values(monitoring.findResources('AWS::SNS::TopicPolicy')).flatMap(
      ({ Properties }) => {
        const statements: unknown[] = Properties.PolicyDocument.Statement;
        return Properties.Topics.filter((topic: unknown) =>
          statements.some(statement => {
            try {
              expect(statement).toMatchObject({
                Effect: 'Allow',
                Principal: { Service: 'cloudwatch.amazonaws.com' },
                Action: 'sns:Publish',
                Resource: topic,
                Condition: { StringEquals: { 'aws:SourceAccount': expect.anything() } },
              });
              return true;
            } catch {
              return false;
            }
          }),
        );
      },
    );
    const told = new Set(
      alarms.flatMap(({ AlarmActions = [] }) => AlarmActions.map(action => JSON.stringify(action))),
    );
    expect(told.size).toBe(2);
    expect(new Set(open.map(topic => JSON.stringify(topic)))).toEqual(told);
  });

  test('that reads what a rule counts has a rule with a topic of its own, which lets the rule publish', () => {
    const { monitoring } = synthesized(least);
    const rules = Object.entries(monitoring.findResources('AWS::Events::Rule'));
    expect(rules.length).toBeGreaterThan(0);
    for (const [logicalId, { Properties }] of rules) {
      const [{ Arn: topic }] = Properties.Targets;
      monitoring.hasResourceProperties('AWS::SNS::TopicPolicy', {
        Topics: [topic],
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({
              Effect: 'Allow',
              Principal: { Service: 'events.amazonaws.com' },
              Action: 'sns:Publish',
              Resource: topic,
            }),
          ]),
        },
      });
      monitoring.hasResourceProperties('AWS::CloudWatch::Alarm', {
        Namespace: 'AWS/Events',
        MetricName: 'Invocations',
        Dimensions: [{ Name: 'RuleName', Value: { Ref: logicalId } }],
      });
    }
  });

  test('has its section in the runbook, and every section its alarm', () => {
    const runbook = readFileSync(join(import.meta.dirname, '../../../docs/runbook.md'), 'utf8');
    const sections = [...runbook.matchAll(/^## (.+)$/gm)].map(([, title = '']) =>
      title.toLowerCase().replaceAll(' ', '-'),
    );
    expect(sections.sort()).toEqual(alarms.map(alarm => runbookSection(idOf(alarm))).sort());
  });
});

test('a silent feed pages when data is missing, for then the monitor itself is dead', () => {
  const silent = alarms.find(alarm => idOf(alarm) === 'FeedSilent');
  expect(silent?.TreatMissingData).toBe('breaching');
});

test('but not before anything was measured', () => {
  const down = alarms.find(alarm => idOf(alarm) === 'FeedDown');
  expect(down?.AlarmRule).toContain('NOT (INSUFFICIENT_DATA("barflow-test-Stocks-CalendarRunningOut"))');
});

test('no alarm that pages is explained by another that pages at the same time', () => {
  const alarm = (id: string) => alarms.find(each => idOf(each) === id);
  expect(alarm('FeedDown')?.AlarmRule).toMatch(/AND \(NOT \(.*RollupDown.* OR .*RollupHindered.*\)/);
  expect(alarm('BarsLate')?.AlarmRule).toMatch(
    /AND \(NOT \(\(ALARM\("barflow-test-Stocks-RollupDown"\)\)\)\)\)$/,
  );
  const [suppressor] = alarm('BarsLate')?.ActionsSuppressor?.['Fn::GetAtt'] ?? [];
  expect(resources.get(suppressor ?? '')?.AlarmName).toBe('barflow-test-Stocks-FeedDown');
});

test('thresholds, runbook and subscribers are the environment’s', () => {
  const environment = {
    ...whole,
    thresholds: { silentSeconds: 600, calendarDays: 10 },
    runbookUrl: 'https://wiki.example.com/barflow',
    notify: { page: ['https://pager.example.com/barflow'], ticket: ['desk@example.com'] },
  };
  const changed = [...alarmsOf(environment).values()];
  const threshold = (id: string) => changed.find(alarm => idOf(alarm) === id)?.Threshold;
  expect([threshold('FeedSilent'), threshold('CalendarRunningOut'), threshold('WatermarkLag')]).toEqual([
    600, 10, 120,
  ]);
  expect(changed[0]?.AlarmDescription).toContain('https://wiki.example.com/barflow#');
  // The longest address that is allowed.
  const room = Math.max(...changed.map(({ AlarmDescription }) => AlarmDescription.length));
  expect(room + 307 - environment.runbookUrl.length).toBeLessThanOrEqual(1024);
  const { monitoring } = synthesized(environment);
  monitoring.hasResourceProperties('AWS::SNS::Subscription', {
    Protocol: 'https',
    Endpoint: 'https://pager.example.com/barflow',
  });
  monitoring.hasResourceProperties('AWS::SNS::Subscription', {
    Protocol: 'email',
    Endpoint: 'desk@example.com',
  });
});

describe('a deployment', () => {
  const alarmsOfService = (guardDeployments?: boolean) => {
    const { pipeline } = synthesized({
      ...least,
      ...(guardDeployments !== undefined && { guardDeployments }),
    });
    const [service] = Object.values(pipeline.findResources('AWS::ECS::Service'));
    return service?.['Properties'].DeploymentConfiguration.Alarms;
  };

  test('is watched by alarms of its own stack, which are there before the service is', () => {
    const { AlarmNames, Enable, Rollback } = alarmsOfService();
    expect([Enable, Rollback]).toEqual([true, true]);
    const names = AlarmNames.map(({ Ref }: { Ref: string }) => resources.get(Ref)?.AlarmName);
    expect(names).toEqual([
      'barflow-test-Stocks-DeploymentSilent',
      'barflow-test-Stocks-DeploymentUnconnected',
    ]);
    expect(synthesized(least).pipeline.findResources('AWS::CloudWatch::Alarm')).toHaveProperty(
      AlarmNames[0].Ref,
    );
  });

  test('is not watched where the environment does not want it', () => {
    expect(alarmsOfService(false)).toBeUndefined();
    expect(
      synthesized({ ...least, guardDeployments: false }).pipeline.findResources('AWS::CloudWatch::Alarm'),
    ).toEqual({});
  });

  test('says while it is synthesized what would roll it back, and how that is left away', () => {
    const told = (guardDeployments: boolean) =>
      synthesized({ ...least, guardDeployments }).notes.filter(note => note.includes('rolled back'));
    expect(told(true)).toEqual([
      expect.stringMatching(
        /^A deployment of the ingester of stocks is rolled back when .* 120 s .*`guardDeployments: false`/,
      ),
    ]);
    expect(told(false)).toEqual([]);
  });
});
