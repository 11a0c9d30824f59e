/** An ingester that stands alone, as a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { eventually } from './eventually.ts';

const MAIN = join(import.meta.dirname, '../../../../runtime/ingester/alone/main.ts');

/** How a shell starts it. */
export interface Shell {
  readonly main?: string;
  readonly before?: string;
  /** Where standard output goes. @default to the test */
  readonly after?: string;
}

export class Alone {
  readonly child: ChildProcess;
  readonly exited: Promise<unknown[]>;
  out = '';
  log = '';

  constructor(
    variables: Readonly<Record<string, string>>,
    { main = MAIN, before = '', after = '' }: Shell = {},
  ) {
    const env = { POLYGON_API_KEY: 'the-secret-key', METRICS_ADDR: '127.0.0.1:0', ...variables };
    const line = `${before} exec "${process.execPath}" "${main}" ${after}`;
    this.child = spawn('bash', ['-c', line], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.exited = once(this.child, 'close');
    this.child.stdout?.on('data', data => {
      this.out += data;
    });
    this.child.stderr?.on('data', data => {
      this.log += data;
    });
  }

  async end(): Promise<number | null> {
    this.child.kill('SIGTERM');
    await this.exited;
    return this.child.exitCode;
  }

  /** What a path answers. */
  async answer(path: string): Promise<{ readonly status: number; readonly text: string }> {
    const [, port] = await eventually(() => /"statusPort":(\d+)/.exec(this.log) ?? undefined);
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return { status: response.status, text: await response.text() };
  }
}
