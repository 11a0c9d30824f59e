/** The app as the CDK runs it: a program that writes the cloud assembly, or fails. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { environments } from '../../lib/environments.ts';

const outdir = mkdtempSync(join(tmpdir(), 'barflow-app-'));
afterAll(() => rmSync(outdir, { recursive: true }));

/** Runs the app as the command line does, which asks it not to fail on findings, with no other variable set. */
function app(...flags: readonly string[]) {
  const context = { 'aws:cdk:bundling-stacks': [], '@aws-cdk/core:failSynthOnValidationErrors': false };
  return spawnSync(process.execPath, [...flags, 'bin/app.ts'], {
    cwd: join(import.meta.dirname, '../..'),
    env: { CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(context), PATH: '' },
    encoding: 'utf8',
  });
}

const whole = app();

test('writes the templates of every environment without an account, credentials or a container builder', () => {
  const { status, stderr } = whole;
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const templates = readdirSync(outdir, { recursive: true, encoding: 'utf8' }).filter(file =>
    file.endsWith('.template.json'),
  );
  expect(templates).toHaveLength(4 * Object.keys(environments).length);
  const report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'));
  expect(report.pluginReports).toEqual([]);
});

test('leaves no feature flag unset, for the command line would count those in a warning', () => {
  const { artifacts } = JSON.parse(readFileSync(join(outdir, 'manifest.json'), 'utf8'));
  const { flags } = artifacts['aws-cdk-lib/feature-flag-report'].properties;
  const unset = Object.keys(flags).filter(flag => flags[flag].userValue === undefined);
  expect([Object.keys(flags).length > 0, unset]).toEqual([true, []]);
});

test('fails when a check finds something, even in an environment that nobody asked for', () => {
  const { status, stderr } = app('--import', './test/bin/finding.ts');
  expect(stderr).toContain('a rule that everything breaks');
  expect(status).not.toBe(0);
});

test('says of every environment that cannot be used what to change, and nothing else', () => {
  const { status, stdout, stderr } = app('--import', './test/bin/refused.ts');
  expect({ status, stdout, stderr: stderr.trimEnd().split('\n') }).toEqual({
    status: 1,
    stdout: '',
    stderr: [
      "environment 'staging' cannot be used:",
      '  account is 111111111111: use twelve digits in quotes, or leave it out to deploy where the credentials point',
      "environment 'constructor' cannot be used:",
      "  its name is 'constructor': use at most 31 lower-case letters, digits and hyphens, a letter first, and no name that every object has, such as 'constructor'",
      "environment '__proto__' cannot be used:",
      '  its name is none in JavaScript: use another',
    ],
  });
});

test('shows where any other error comes from', () => {
  const { status, stderr } = app('--import', './test/bin/broken.ts');
  expect(stderr).toMatch(/TypeError: a mistake in code\n\s+at .*broken\.ts/);
  expect(status).not.toBe(0);
});
