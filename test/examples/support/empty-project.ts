/** A project with nothing but the packed kit installed, where the example is then built; what the kit does not bring is lent by this one. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const LENT = [
  'aws-cdk-lib',
  'constructs',
  '@aws-sdk/client-kinesis',
  '@aws-sdk/client-dynamodb',
  '@types/node',
];

export class EmptyProject implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'barflow-kit-'));

  /** Packs the kit and installs it, without a network. */
  install(): void {
    this.run('npm', ['pack', '--silent', '--pack-destination', this.folder], join(ROOT, 'kit'));
    this.write('package.json', '{ "name": "empty", "private": true, "type": "module" }');
    const [tarball = ''] = readdirSync(this.folder).filter(file => /^barflow-kit-.*\.tgz$/.test(file));
    this.run('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${tarball}`]);
  }

  /** Lends what the kit asks for, and what the example does. */
  lend(names: readonly string[] = LENT): void {
    for (const name of names) {
      const place = join(this.folder, 'node_modules', name);
      mkdirSync(dirname(place), { recursive: true });
      symlinkSync(join(ROOT, 'node_modules', name), place);
    }
  }

  /** Brings the files of the example. */
  copy(example: string): void {
    cpSync(join(ROOT, 'examples', example), this.folder, { recursive: true });
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  /** Runs a command to its end. @returns what it printed. @throws Error with all that it said when it fails */
  run(command: string, args: readonly string[], cwd = this.folder, more: NodeJS.ProcessEnv = {}): string {
    const PATH = [join(ROOT, 'node_modules/.bin'), process.env['PATH']].join(delimiter);
    const env = { ...process.env, NODE_OPTIONS: '', PATH, ...more };
    const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', env });
    if (status === 0) return stdout;
    throw new Error(
      `${command} ${args.join(' ')} ended with ${status}: ${error ?? ''}\n${stdout}\n${stderr}`,
    );
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
