/** Programs of this machine that a test runs where they are there. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

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
