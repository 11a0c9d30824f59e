/** Tasks of services as processes: environment, messages, restarts, stopping. */
import { describe, expect, test } from '@jest/globals';
import { ContainerImage, FargateTaskDefinition, Secret } from 'aws-cdk-lib/aws-ecs';
import { Secret as StoredSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Duration } from 'aws-cdk-lib/core';
import { run, until } from './support/running.ts';
import { imageOf, serviceOf, synthesize } from './support/sample-stage.ts';

/** Tells its parent that it runs, prints what it is sent, ends well on SIGTERM and badly on a message `die`. */
const obedient = `
  process.on('message', message => {
    if (message === 'die') process.exit(7);
    console.log('got ' + JSON.stringify(message));
  });
  process.on('SIGTERM', () => { console.log('bye'); process.exit(0); });
  process.send({ type: 'up', pid: process.pid });
`;

describe('a task', () => {
  test('runs its container with variables, secrets and the way to the local servers', async () => {
    const source = `console.log(JSON.stringify(process.env)); setInterval(() => {}, 1000);`;
    const assembly = synthesize(({ pipeline, input }) => {
      const secret = (id: string, name: string) => StoredSecret.fromSecretNameV2(pipeline, id, name);
      serviceOf(pipeline, source, {
        environment: { STREAM: input.streamName, FEED: 'template' },
        secrets: {
          KEY: Secret.fromSecretsManager(secret('Key', 'vendor/key')),
          FIELD: Secret.fromSecretsManager(secret('Both', 'vendor/both'), 'user'),
        },
      });
    });
    const { engine, printed } = await run({
      assembly,
      secrets: { 'vendor/key': 'k1', 'vendor/both': '{"user":"u1"}' },
      overrides: { 'Pipeline/Service': { FEED: 'caller' } },
    });
    await until(() => printed.length > 0);
    const variables = JSON.parse((printed[0] ?? '').replace('Pipeline/Service ', ''));
    expect(variables).toMatchObject({
      STREAM: engine.stream('Input').name,
      FEED: 'caller',
      KEY: 'k1',
      FIELD: 'u1',
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_KINESIS: engine.endpoints.kinesis,
      AWS_ENDPOINT_URL_DYNAMODB: engine.endpoints.dynamodb,
    });
    expect(variables.HOME).toBeUndefined();
  });

  test('is started again when its process ends, and then listens to messages as before', async () => {
    const { engine, said, printed } = await run({
      assembly: synthesize(({ pipeline }) => serviceOf(pipeline, obedient)),
      restartLimitMs: 1,
      holdTasks: true,
    });
    const task = engine.task('Service');
    expect(task.send('nobody listens')).toBe(false);
    const messages: unknown[] = [];
    task.onMessage(message => messages.push(message));
    let starts = 0;
    task.onStart(() => starts++);
    engine.startTasks();
    await until(() => messages.length === 1);
    task.send('die');
    await until(() => messages.length === 2);
    expect(messages[1]).toEqual({ type: 'up', pid: task.pid });
    expect([starts, task.restarts]).toEqual([2, 1]);
    expect(said).toEqual(['Pipeline/Service: container main ended with exit code 7; it is started again']);
    expect(task.send({ type: 'clock', now: 5, speed: 60 })).toBe(true);
    await until(() => printed.length > 0);
    expect(printed).toEqual(['Pipeline/Service got {"type":"clock","now":5,"speed":60}']);
  });

  test('works its caller’s variables out anew at every start', async () => {
    let start = 0;
    const { engine, printed } = await run({
      assembly: synthesize(({ pipeline }) => serviceOf(pipeline, 'console.log(process.env.START);')),
      overrides: { Service: { START: () => `${++start}` } },
      restartLimitMs: 1,
    });
    await until(() => printed.length >= 3);
    expect(printed.slice(0, 3)).toEqual(['Pipeline/Service 1', 'Pipeline/Service 2', 'Pipeline/Service 3']);
    await engine.task('Service').stop();
    expect(engine.task('Service').pid).toBeUndefined();
  });

  test('comes back after it was killed', async () => {
    const { engine, said } = await run({
      assembly: synthesize(({ pipeline }) => serviceOf(pipeline, obedient)),
      restartLimitMs: 1,
      holdTasks: true,
    });
    const task = engine.task('Service');
    let ups = 0;
    task.onMessage(() => ups++);
    engine.startTasks();
    await until(() => ups === 1);
    task.kill('SIGKILL');
    await until(() => ups === 2);
    expect(said).toEqual(['Pipeline/Service: container main ended with SIGKILL; it is started again']);
  });

  test('is stopped by SIGTERM and may finish what it does', async () => {
    const { engine, printed } = await run({
      assembly: synthesize(({ pipeline }) => serviceOf(pipeline, obedient)),
      holdTasks: true,
    });
    const task = engine.task('Service');
    const up = new Promise(resolve => task.onMessage(resolve));
    engine.startTasks();
    await up;
    expect(await task.stop()).toBe(0);
    expect(printed).toEqual(['Pipeline/Service bye']);
  });

  test('is killed when it takes longer to stop than its container may', async () => {
    const deaf = `process.on('SIGTERM', () => console.log('no')); process.send('up'); setInterval(() => {}, 1000);`;
    const { engine, printed } = await run({
      assembly: synthesize(({ pipeline }) => serviceOf(pipeline, deaf, { stopTimeout: Duration.seconds(1) })),
      holdTasks: true,
    });
    const task = engine.task('Service');
    const up = new Promise(resolve => task.onMessage(resolve));
    engine.startTasks();
    await up;
    expect(await task.stop()).toBeNull();
    expect(printed).toEqual(['Pipeline/Service no']);
  });
});

describe('a container that cannot run here is refused', () => {
  const refusal = (build: Parameters<typeof synthesize>[0]) => run({ assembly: synthesize(build) });

  test('because its secret is not given', async () => {
    await expect(
      refusal(({ pipeline }) => {
        const key = StoredSecret.fromSecretNameV2(pipeline, 'Key', 'vendor/key');
        serviceOf(pipeline, '', { secrets: { KEY: Secret.fromSecretsManager(key) } });
      }),
    ).rejects.toThrow(
      "Pipeline/Task, container main needs the secret 'vendor/key': give its value to the engine",
    );
  });

  test('because its image comes from elsewhere', async () => {
    await expect(
      refusal(({ pipeline }) => {
        serviceOf(pipeline, '', { image: ContainerImage.fromRegistry('nginx:1') });
      }),
    ).rejects.toThrow('Pipeline/Task, container main: image nginx:1 is not an asset of the stage');
  });

  test('because it does not run Node', async () => {
    await expect(
      refusal(({ pipeline }) => serviceOf(pipeline, '', { command: ['sh', '-c', 'true'] })),
    ).rejects.toThrow(
      "Pipeline/Task, container main runs 'sh -c true': only a command that begins with node runs here",
    );
  });

  test('because its bundle is missing', async () => {
    await expect(
      refusal(({ pipeline }) => serviceOf(pipeline, '', { command: ['node', '/app/other.mjs'] })),
    ).rejects.toThrow(/other\.mjs does not exist: synthesize the stack with bundling/);
  });

  test('because another shares its task', async () => {
    await expect(
      refusal(({ pipeline }) => {
        const task = new FargateTaskDefinition(pipeline, 'Pair');
        for (const id of ['a', 'b']) task.addContainer(id, { image: ContainerImage.fromAsset(imageOf('')) });
      }),
    ).rejects.toThrow('Pipeline/Pair (AWS::ECS::TaskDefinition) does not run on this machine as declared');
  });
});
