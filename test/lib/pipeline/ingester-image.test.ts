/** The ingester's image, built and run as Fargate runs it, where Docker or podman can. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { App } from 'aws-cdk-lib/core';
import { BarflowStage } from '../../../lib/barflow-stage.ts';
import { ownBase } from '../../../lib/pipeline/base-image.ts';
import { version } from '../../../runtime/platform/release-names.ts';
import { LEASES, LocalAws, STREAM, TABLE } from '../../runtime/ingester/support/aws.ts';
import { eventually } from '../../runtime/ingester/support/eventually.ts';
import { am, MINUTE, OPEN } from '../../runtime/ingester/support/records.ts';
import { ScriptedVendor } from '../../runtime/ingester/support/vendor.ts';
import { Folder } from '../../support/folder.ts';
import { freePorts } from '../../support/free-ports.ts';
import { skippedAnywhere } from '../../support/skipped.ts';
import { least } from '../synthesized.ts';
import { findBuilder, forget, LIKE_FARGATE, run, runBeside } from './support/container-builder.ts';

const IMAGE = `localhost/barflow-test-ingester:${process.pid}`;
const CONTAINER = `barflow-test-${process.pid}`;
/** Where a block begins: nothing before it is asked of anybody. */
const BLOCK = OPEN - 90 * MINUTE;
/** What a program in the container finds out about where it runs. */
const LOOK = `const { writeFileSync, readFileSync } = require('node:fs');
  const tried = file => { try { writeFileSync(file, 'x'); return 'written'; } catch ({ code }) { return code; } };
  console.log(JSON.stringify({ user: process.getuid(), memory: process.constrainedMemory(), app: tried('/app/x'),
    backlog: tried('/backlog/x'), zeromq: typeof require('zeromq').Publisher, bill: JSON.parse(readFileSync('/app/ingester.cdx.json', 'utf8')).bomFormat }));`;

const found = findBuilder(ownBase());

if ('reason' in found) {
  test('is neither built nor run, for no container can be', () => {
    skippedAnywhere(`the ingester's image is neither built nor run: ${found.reason}`);
  });
} else {
  const { program, base } = found;
  afterAll(() => {
    run(program, 'rm', '--force', '--volumes', CONTAINER);
    run(program, 'rmi', '--force', IMAGE);
    forget(found);
  });

  test(`built on ${base} and run as Fargate runs it, it publishes, is healthy, answers, and stops when it is told`, async () => {
    using folder = new Folder();
    const { context, health } = synthesizedImage(folder.path);
    const built = run(
      ...([program, 'build', '--quiet', '--tag', IMAGE] as const),
      ...['--build-arg', `BASE=${base}`, '--build-arg', `RELEASE=${version}`, context],
    );
    expect(built).toMatchObject({ status: 0 });
    const [{ Config: config }] = JSON.parse(run(program, 'image', 'inspect', IMAGE).stdout);
    expect(config).toMatchObject({
      User: 'node',
      Labels: {
        'org.opencontainers.image.version': version,
        'org.opencontainers.image.base.name': base,
        'barflow.bill-of-materials': '/app/ingester.cdx.json',
      },
    });

    await using aws = await LocalAws.start();
    await using vendor = await ScriptedVendor.start();
    const port = await freePorts(1);
    const variables = {
      ...{ ...aws.variables, POLYGON_API_KEY: 'top-secret', FEED_URL: vendor.url, SYMBOLS: 'AAPL' },
      ...{ MINUTES_STREAM: STREAM, LEASE_TABLE: LEASES, QUARANTINE_TABLE: TABLE, BACKLOG_FOLDER: '/backlog' },
      ...{
        REST_URL: 'http://127.0.0.1:9',
        STATUS_PORT: `${port}`,
        EVENT_CLOCK: `${new Date(BLOCK).toISOString()}@1`,
      },
    };
    const ingester = spawn(program, [
      ...['run', '--name', CONTAINER, ...LIKE_FARGATE],
      ...Object.entries(variables).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
      IMAGE,
    ]);
    const closed = once(ingester, 'close');
    let output = '';
    for (const stream of [ingester.stdout, ingester.stderr])
      stream.on('data', data => {
        output += data;
      });
    const inside = (...words: readonly string[]) => runBeside(program, 'exec', CONTAINER, ...words);

    const client = await Promise.race([vendor.client(), closed.then(() => output)]);
    if (typeof client === 'string') throw new Error(`the container ended: ${client}`);
    await client.welcome();
    client.frame(am('AAPL', BLOCK));
    await eventually(async () => (await aws.records()).some(({ type }) => type === 'bar'));

    expect(await inside(...health)).toMatchObject({ code: 0 });
    expect(JSON.parse((await inside('node', '-e', LOOK)).stdout)).toEqual({
      ...{
        user: 1000,
        memory: 2 ** 29,
        app: 'EROFS',
        backlog: 'written',
        zeromq: 'function',
        bill: 'CycloneDX',
      },
    });
    const stats = await (await fetch(`http://127.0.0.1:${port}/stats`)).text();
    expect(JSON.parse(stats)).toMatchObject({ lease: { holds: true } });

    await runBeside(program, 'stop', '--time', '120', CONTAINER);
    const [code] = await closed;
    expect(output).toContain('everything is published');
    expect(output).not.toContain('top-secret');
    expect(code).toBe(0);
  });
}

/** The folder that the CDK would build, and the command of the container's health check. */
function synthesizedImage(outdir: string): { readonly context: string; readonly health: readonly string[] } {
  const app = new App({ outdir, builtinCloudFormationValidation: false });
  new BarflowStage(app, 'test', least);
  const templates = app.synth().stacksRecursively.map(({ template }) => Template.fromJSON(template));
  const tasks = templates.flatMap(each => Object.values(each.findResources('AWS::ECS::TaskDefinition')));
  const [, ...health] = tasks[0]?.['Properties'].ContainerDefinitions[0].HealthCheck.Command ?? [];
  const assets = readdirSync(outdir).map(name => join(outdir, name));
  const context = assets.find(asset => existsSync(join(asset, 'Dockerfile')));
  if (context === undefined) throw new Error('no asset has a Dockerfile');
  return { context, health };
}
