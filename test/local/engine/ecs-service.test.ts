/** Deployments of a service, as ECS rolls them: health, the circuit breaker, alarms and the way back. */
import { describe, expect, test } from '@jest/globals';
import { Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import type { Version } from '../../../local/engine/ecs-service.ts';
import type { Rollout } from '../../../local/engine/rollout.ts';
import { EventClock } from '../../../runtime/platform/clock.ts';
import { run, until } from './support/running.ts';
import { serviceOf, synthesize } from './support/sample-stage.ts';

const MINUTE = 60_000;
const ALARM = 'silent';
const main = `process.on('SIGTERM', () => process.exit(0)); process.send('up'); setInterval(() => {}, 1000);`;
const unwell: Version = { variables: { WELL: 'no' } };

/** A service that is well unless its version says no. */
const assembly = synthesize(({ pipeline }) => {
  const metric = new Metric({ namespace: 'N', metricName: 'M', period: Duration.minutes(1) });
  new Alarm(pipeline, 'Alarm', { alarmName: ALARM, metric, threshold: 1, evaluationPeriods: 5 });
  const command = ['CMD', 'node', '-e', `process.exit(process.env.WELL === 'no' ? 1 : 0)`];
  const healthCheck = { command, interval: Duration.seconds(30), startPeriod: Duration.seconds(60) };
  serviceOf(
    pipeline,
    main,
    { healthCheck },
    {
      deploymentCircuitBreaker: { enable: true, rollback: true },
      alarms: { alarmNames: [ALARM], enable: true, rollback: true },
    },
  );
});

/** The service, with a version that runs. */
async function running(raised = new Set<string>()) {
  const clock = new EventClock({ now: Date.parse('2025-11-20T12:00:00Z'), speed: 0 });
  const { engine } = await run({ assembly, clock, restartLimitMs: 1 });
  const service = engine.service('Service');
  const pids = () => service.tasks.map(({ pid }) => pid);
  await until(() => pids().every(pid => pid !== undefined));
  const isRaised = (name: string) => raised.has(name);
  return {
    pids,
    deploy: (version: Version) => service.deploy(version, isRaised),
    /** Lets minutes pass, and ECS look after each. */
    pass: async (rollout: Rollout, minutes: number) => {
      for (let minute = 0; minute < minutes; minute++) {
        clock.set({ now: clock.now() + MINUTE });
        await rollout.look();
      }
    },
  };
}

describe('a new version', () => {
  test('stands beside the old one until it is well, and is watched for as long as its alarm looks back', async () => {
    const { pids, deploy, pass } = await running();
    const [old] = pids();
    const rollout = deploy({});
    expect(pids()).toContain(old);
    await rollout.look();
    expect([pids().length, pids().includes(old), rollout.state]).toEqual([1, false, 'IN_PROGRESS']);
    await pass(rollout, 4);
    expect(rollout.isOver).toBe(false);
    await pass(rollout, 1);
    expect([rollout.state, rollout.isOver]).toEqual(['COMPLETED', true]);
  });

  test('that is never well is tried three times, beside the old one, which stays', async () => {
    const { pids, deploy, pass } = await running();
    const old = pids();
    const rollout = deploy(unwell);
    await pass(rollout, 8);
    expect([rollout.state, rollout.failures]).toEqual(['IN_PROGRESS', 2]);
    await pass(rollout, 1);
    expect(rollout).toMatchObject({ state: 'FAILED', reason: '3 tasks failed', isOver: true });
    expect(pids()).toEqual(old);
  });

  test('that ends again and again has failed as often', async () => {
    const { pids, deploy } = await running();
    const old = pids();
    const rollout = deploy({ arguments: ['-e', 'process.exit(2)'] });
    await until(() => rollout.failures >= 3);
    await rollout.look();
    expect(rollout).toMatchObject({ state: 'FAILED', isOver: true });
    expect(pids()).toEqual(old);
  });

  test('during which an alarm is raised goes, once the version before it runs again', async () => {
    const raised = new Set<string>();
    const { pids, deploy, pass } = await running(raised);
    const rollout = deploy({ variables: { VERSION: 'new' } });
    await rollout.look();
    const [young] = pids();
    raised.add(ALARM);
    await pass(rollout, 1);
    expect([rollout.state, rollout.reason, pids()[0]]).toEqual(['FAILED', 'alarm silent is raised', young]);
    await until(() => pids().every(pid => pid !== undefined));
    await rollout.look();
    expect([pids().length, pids().includes(young), rollout.isOver]).toEqual([1, false, true]);
  });

  test('is not judged by an alarm that was raised before: it may be the mend', async () => {
    const { deploy, pass } = await running(new Set([ALARM]));
    const rollout = deploy({});
    await pass(rollout, 1);
    expect(rollout.state).toBe('COMPLETED');
  });
});
