/** What every alarm must have, whom it tells, and how few pages one cause makes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { runbookSection } from '../../../lib/settings/names.ts';
import { least, synthesized } from '../synthesized.ts';

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
function alarmsOf(environment = least): Map<string, AlarmProperties> {
  const { monitoring } = synthesized(environment);
  const all = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'].flatMap(type =>
    Object.entries(monitoring.findResources(type)).map(([id, { Properties }]) => [id, Properties] as const),
  );
  return new Map(all);
}

const resources = alarmsOf();
const alarms = [...resources.values()];
const idOf = ({ AlarmName }: AlarmProperties) => AlarmName.replace('barflow-test-Stocks-', '');
const rules = alarms.map(({ AlarmRule = '' }) => AlarmRule).join(' ');

describe('every alarm', () => {
  test.each(alarms.map(alarm => ({ id: idOf(alarm), alarm })))(
    '$id says what it means, what to do first and where to read on',
    ({ id, alarm }) => {
      expect(alarm.AlarmName).toBe(`barflow-test-Stocks-${id}`);
      expect(alarm.AlarmDescription).toMatch(/^[A-Z].*\. First: .*\. Runbook: docs\/runbook\.md#[a-z-]+$/);
      expect(alarm.AlarmDescription.length).toBeLessThanOrEqual(1024);
      expect(alarm.AlarmDescription).toContain(`#${runbookSection(id)}`);
    },
  );

  test('has a word on missing data, unless it is made of other alarms', () => {
    for (const alarm of alarms.filter(({ AlarmRule }) => AlarmRule === undefined))
      expect(['breaching', 'notBreaching']).toContain(alarm.TreatMissingData);
  });

  test('tells one topic when it is raised and when it is over, or is told of by a composite', () => {
    for (const alarm of alarms) {
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
    ...least,
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

test('deployments are rolled back when the feed falls silent, once the environment says so', () => {
  const deployment = (guardDeployments: boolean) => {
    const { pipeline } = synthesized({ ...least, guardDeployments });
    const [service] = Object.values(pipeline.findResources('AWS::ECS::Service'));
    return service?.['Properties'].DeploymentConfiguration.Alarms;
  };
  expect(deployment(false)).toBeUndefined();
  expect(deployment(true)).toEqual({
    AlarmNames: ['barflow-test-Stocks-FeedSilent'],
    Enable: true,
    Rollback: true,
  });
});
