/** Docker or podman, where one of them builds and runs containers, and a base that stands in for the real one. */
import { execFile, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Folder } from '../../../support/folder.ts';

/** Of this process alone: others may test at the same time. */
const STAND_IN = `localhost/barflow-test-base:${process.pid}`;

/** As Fargate has it: nothing written, no capability, half a gibibyte. A machine in a sandbox may raise no limit, so some are named. */
export const LIKE_FARGATE = [
  ...['--read-only', '--cap-drop', 'ALL', '--memory', '512m', '--network', 'host'],
  ...['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1024:1024'],
];

export interface Builder {
  readonly program: string;
  /** The image to build on. */
  readonly base: string;
}

/** Says why there is none. */
export type NoBuilder = { readonly reason: string };

/** @param base the real one, which is taken where it has been pulled for this machine's processor */
export function findBuilder(base: string): Builder | NoBuilder {
  if (process.platform !== 'linux')
    return { reason: 'containers share the network of this machine on Linux alone' };
  const programs = [process.env['CDK_DOCKER'] ?? 'docker', 'podman'];
  const program = programs.find(each => run(each, 'ps', '--quiet').status === 0);
  if (program === undefined) return { reason: `neither ${programs.join(' nor ')} answers` };
  const architecture = run(program, 'image', 'inspect', '--format', '{{.Architecture}}', base).stdout?.trim();
  const isOurs = architecture === (process.arch === 'x64' ? 'amd64' : process.arch);
  const failed = isOurs ? undefined : buildStandIn(program);
  if (failed !== undefined) return { reason: `${program} builds nothing here: ${failed}` };
  const found = { program, base: isOurs ? base : STAND_IN };
  const { status, stderr } = run(program, 'run', '--rm', ...LIKE_FARGATE, found.base, 'node', '--version');
  return status === 0 ? found : { reason: `${program} runs nothing here: ${lastLine(stderr)}` };
}

/** Removes the base, if it was made for the test. */
export function forget({ program, base }: Builder): void {
  if (base === STAND_IN) run(program, 'rmi', '--force', base);
}

/** Runs it while this process goes on to answer what the container asks of it. @returns its exit code and what it says */
export function runBeside(
  program: string,
  ...args: readonly string[]
): Promise<{ readonly code: unknown; readonly stdout: string }> {
  return new Promise(resolve => {
    execFile(program, args, (error, stdout) => resolve({ code: error?.code ?? 0, stdout }));
  });
}

export function run(program: string, ...args: readonly string[]) {
  return spawnSync(program, args, { encoding: 'utf8' });
}

/** The Node that runs this, the libraries that it loads, and the user that the real base has. */
function buildStandIn(program: string): string | undefined {
  using folder = new Folder();
  const loaded = run('ldd', process.execPath).stdout?.match(/\/\S+(?= \(0x)/g) ?? [];
  for (const [from, to] of [[process.execPath, '/usr/local/bin/node'], ...loaded.map(each => [each, each])]) {
    const path = join(folder.path, 'root', to ?? '');
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(from ?? '', path);
  }
  mkdirSync(join(folder.path, 'root/etc'), { recursive: true });
  writeFileSync(join(folder.path, 'root/etc/passwd'), 'root:x:0:0::/:\nnode:x:1000:1000::/:\n');
  writeFileSync(join(folder.path, 'root/etc/group'), 'root:x:0:\nnode:x:1000:\n');
  writeFileSync(join(folder.path, 'Dockerfile'), 'FROM scratch\nENV PATH=/usr/local/bin\nCOPY root/ /\n');
  const { status, stderr } = run(program, 'build', '--quiet', '--tag', STAND_IN, folder.path);
  return status === 0 ? undefined : lastLine(stderr);
}

const lastLine = (text: string) => text.trim().split('\n').at(-1) ?? '';
