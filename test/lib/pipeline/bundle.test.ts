/** The bundles, built for real and started by themselves. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { App } from 'aws-cdk-lib/core';
import { BarflowStage } from '../../../lib/barflow-stage.ts';
import { ownBase } from '../../../lib/pipeline/base-image.ts';
import { writeBundle } from '../../../lib/pipeline/bundle.ts';
import { version } from '../../../runtime/platform/release-names.ts';
import { least } from '../synthesized.ts';

const outdir = mkdtempSync(join(tmpdir(), 'barflow-bundle-'));
afterAll(() => rmSync(outdir, { recursive: true }));

const app = new App({ outdir, builtinCloudFormationValidation: false });
new BarflowStage(app, 'test', least);
app.synth();

/** The asset that has the file, as it would be uploaded. */
function assetWith(file: string): string {
  const asset = readdirSync(outdir).find(
    name => name.startsWith('asset.') && readdirSync(join(outdir, name)).includes(file),
  );
  if (asset === undefined) throw new Error(`no asset holds ${file}`);
  return join(outdir, asset);
}

/** Runs Node far from the project's packages, with no variable but those given. */
function node(args: readonly string[], env: Record<string, string> = {}) {
  return spawnSync(process.execPath, args, { cwd: outdir, env, encoding: 'utf8' });
}

describe('the ingester’s bundle', () => {
  test('makes an image that is labelled with its release', () => {
    const manifests = readdirSync(outdir, { recursive: true, encoding: 'utf8' })
      .filter(file => file.endsWith('.assets.json'))
      .map(file => readFileSync(join(outdir, file), 'utf8'));
    const images = manifests.flatMap(text => Object.values(Object(JSON.parse(text)).dockerImages ?? {}));
    expect(images.map(image => Object(image).source.dockerBuildArgs)).toEqual([{ RELEASE: version }]);
  });

  test('runs by itself and says which variables it misses', () => {
    const { status, stdout, stderr } = node([join(assetWith('ingester.mjs'), 'ingester.mjs')]);
    expect(stdout + stderr).toContain('POLYGON_API_KEY');
    expect(status).not.toBe(0);
  });

  test('finds the library of ZeroMQ beside it, for both processors, and bills it', () => {
    const asset = assetWith('ingester.mjs');
    const publish = `const { Publisher } = await import('zeromq');
      const publisher = new Publisher();
      await publisher.bind('tcp://127.0.0.1:*');
      console.log(publisher.lastEndpoint.replace(/\\d+$/, ''));
      publisher.close();`;
    const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', publish], {
      cwd: asset,
      env: {},
      encoding: 'utf8',
    });
    expect({ stdout, stderr, status }).toEqual({ stdout: 'tcp://127.0.0.1:\n', stderr: '', status: 0 });
    const builds = readdirSync(join(asset, 'node_modules/zeromq/build'), {
      recursive: true,
      encoding: 'utf8',
    });
    expect(
      builds
        .filter(file => file.endsWith('.node'))
        .map(file => file.split('/')[1])
        .sort(),
    ).toEqual(['arm64', 'x64']);
    const { components } = JSON.parse(readFileSync(join(asset, 'ingester.cdx.json'), 'utf8'));
    expect(components.map(({ purl }: { purl?: string }) => purl)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^pkg:npm\/zeromq@/),
        expect.stringMatching(/^pkg:npm\/cmake-ts@/),
      ]),
    );
  });

  test('is everything that the image is made of', () => {
    const asset = assetWith('ingester.mjs');
    expect(readdirSync(asset).sort()).toEqual([
      'Dockerfile',
      'ingester.cdx.json',
      'ingester.mjs',
      'ingester.mjs.map',
      'node_modules',
      'volumes',
    ]);
    expect(readdirSync(join(asset, 'volumes'))).toEqual(['backlog']);
    const steps = readFileSync(join(asset, 'Dockerfile'), 'utf8').match(/^[A-Z]+ .*$/gm);
    expect(steps).toEqual([
      `ARG BASE=${ownBase()}`,
      'FROM $BASE',
      'ARG BASE',
      'ARG RELEASE',
      'LABEL org.opencontainers.image.title="Barflow ingester" org.opencontainers.image.version=$RELEASE',
      'LABEL org.opencontainers.image.base.name=$BASE barflow.bill-of-materials=/app/ingester.cdx.json',
      'WORKDIR /app',
      'COPY ingester.mjs* ingester.cdx.json* ./',
      'COPY node_modules/ node_modules/',
      'COPY --chown=node:node volumes/ /',
      'VOLUME /backlog',
      'USER node',
      'CMD ["node", "--enable-source-maps", "--max-semi-space-size=4", "--max-old-space-size=256", "ingester.mjs"]',
    ]);
  });
});

test('every bundle has a bill of materials, which is the same whenever it is made', () => {
  const bundles = readdirSync(outdir, { recursive: true, encoding: 'utf8' }).filter(file =>
    /^asset.*\.mjs$/.test(file),
  );
  expect(bundles.length).toBeGreaterThan(4);
  for (const file of bundles) expect(existsSync(join(outdir, file.replace(/mjs$/, 'cdx.json')))).toBe(true);

  const bill = readFileSync(join(assetWith('rollup.mjs'), 'rollup.cdx.json'), 'utf8');
  const again = mkdtempSync(join(outdir, 'again-'));
  writeBundle(again, { entry: 'runtime/rollup/handler.ts', file: 'rollup.mjs' });
  expect(readFileSync(join(again, 'rollup.cdx.json'), 'utf8')).toBe(bill);

  const { components } = JSON.parse(
    readFileSync(join(assetWith('ingester.mjs'), 'ingester.cdx.json'), 'utf8'),
  );
  const names = components.map(({ name }: { name: string }) => name);
  expect(names).toEqual(expect.arrayContaining(['ws', '@aws-sdk/client-kinesis', ownBase().split(':')[0]]));
  expect(names).not.toContain('esbuild');
});

test('a bundle is the same wherever it is made', () => {
  const map = JSON.parse(readFileSync(join(assetWith('rollup.mjs'), 'rollup.mjs.map'), 'utf8'));
  expect(map.sources).toContain('runtime/rollup/handler.ts');
  expect(map.sources.filter((source: string) => source.startsWith('..'))).toEqual([]);
});

describe('the roll-up’s bundle', () => {
  const load = `console.log(typeof (await import('./rollup.mjs')).handler)`;
  const run = (env: Record<string, string>) =>
    spawnSync(process.execPath, ['--input-type=module', '-e', load], {
      cwd: assetWith('rollup.mjs'),
      env,
      encoding: 'utf8',
    });

  test('exports the handler', () => {
    const names = {
      BARS_STREAM: 'bars',
      STATE_TABLE: 'state',
      QUARANTINE_TABLE: 'quarantine',
      AWS_REGION: 'eu-central-1',
    };
    expect(run(names)).toMatchObject({ stdout: 'function\n', stderr: '', status: 0 });
  });

  test('says which variables it misses', () => {
    const { stderr, status } = run({});
    expect(stderr).toContain('BARS_STREAM');
    expect(status).not.toBe(0);
  });
});

test('what bundles hold is among the packages that are no dependencies of development alone', () => {
  const lock = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package-lock.json'), 'utf8'));
  const bills = readdirSync(outdir, { recursive: true, encoding: 'utf8' }).filter(file =>
    file.endsWith('.cdx.json'),
  );
  const held = bills.flatMap(file => JSON.parse(readFileSync(join(outdir, file), 'utf8')).components);
  const folders = held.map(component => String(component['bom-ref']));
  expect(folders).toContain('node_modules/valibot');
  expect(folders.filter(folder => lock.packages[folder]?.dev)).toEqual([]);
});
