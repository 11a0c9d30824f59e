/** The Node that commands and tests run on, the package `node`: of the version that the image has. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';

const manifestSchema = v.object({ devDependencies: v.object({ node: v.string() }) });
const FILES = ['package.json', 'package-lock.json'];

export const nodePackage = () =>
  v.parse(manifestSchema, JSON.parse(readFileSync('package.json', 'utf8'))).devDependencies.node;

/**
 * Pins the package in `package.json` and in the lock file, which is made in a folder without `node_modules`.
 * @returns what npm complains of; undefined when it is done
 */
export function pinNodePackage(version: string): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'barflow-lock-'));
  try {
    for (const file of [...FILES, '.npmrc']) if (existsSync(file)) copyFileSync(file, join(folder, file));
    const { status, stderr, error } = spawnSync(
      'npm',
      ['install', '--save-dev', '--save-exact', '--package-lock-only', '--ignore-scripts', `node@${version}`],
      { cwd: folder, encoding: 'utf8' },
    );
    if (status !== 0) return (error?.message ?? stderr).trim().split('\n')[0];
    for (const file of FILES) copyFileSync(join(folder, file), file);
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
