/** An ingester that stands alone, as a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Folder } from '../../../support/folder.ts';
import { eventually } from './eventually.ts';
import { ScriptedVendor } from './vendor.ts';

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

/** A vendor, a folder, and whoever was started beside them: none outlives its test. */
export class AloneRig implements AsyncDisposable {
  readonly folder = new Folder();
  readonly vendor: ScriptedVendor;
  readonly #subscription: string;
  readonly #running: Alone[] = [];

  private constructor(vendor: ScriptedVendor, subscription: string) {
    this.vendor = vendor;
    this.#subscription = subscription;
  }

  /** @param subscription where a test names none */
  static async start(subscription: string): Promise<AloneRig> {
    return new AloneRig(await ScriptedVendor.start(), subscription);
  }

  started(variables: Readonly<Record<string, string>>, shell?: Shell): Alone {
    const alone = new Alone(
      { FEED_URL: this.vendor.url, SUBSCRIPTION: this.#subscription, ...variables },
      shell,
    );
    this.#running.push(alone);
    return alone;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { child, exited } of this.#running.splice(0)) {
      if (child.exitCode === null) child.kill('SIGKILL');
      await exited;
    }
    await this.vendor[Symbol.asyncDispose]();
    this.folder[Symbol.dispose]();
  }
}
