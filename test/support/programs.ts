/** Programs of this machine that a test runs where they are there. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { skippedAnywhere } from './skipped.ts';

const FOLDERS = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/bin', '/usr/bin'];

function all(name: string): string[] {
  return [...new Set(FOLDERS.map(folder => join(folder, name)))].filter(existsSync);
}

/** Where it is; undefined where it is not. */
export function programNamed(name: string): string | undefined {
  return all(name)[0];
}

/** One Node of each of the major versions, this process's own among them; undefined where there is none. */
export function nodes(...majors: readonly number[]): ReadonlyMap<number, string | undefined> {
  const found = [process.execPath, ...all('node')].map(
    path => [path, spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout] as const,
  );
  return new Map(
    majors.map(major => [major, found.find(([, version]) => version?.startsWith(`v${major}.`))?.[0]]),
  );
}

/** A Python that has the module. */
export function pythonWith(module: string): string | undefined {
  return all('python3').find(path => spawnSync(path, ['-c', `import ${module}`]).status === 0);
}

/** A Python, and where it finds packages that were installed for it. */
export interface Python {
  readonly command: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A Python that has the modules, or gets their packages from the package index into a folder; undefined, which is said, where it cannot. */
export function pythonGiven(
  modules: readonly string[],
  packages: readonly string[],
  folder: string,
): Python | undefined {
  const its = pythonWith(modules.join());
  if (its !== undefined) return { command: its, env: process.env };
  const command = pythonWith('pip');
  // What is imported is compiled then: of a package that is a small part.
  const args = ['-m', 'pip', 'install', '--quiet', '--no-compile', '--target', folder, ...packages];
  if (command === undefined || spawnSync(command, args, { timeout: 120_000 }).status !== 0) {
    skippedAnywhere(
      `no Python here has ${modules.join(', ')}, nor gets it: pip install ${packages.join(' ')}`,
    );
    return undefined;
  }
  return { command, env: { ...process.env, PYTHONPATH: folder } };
}
