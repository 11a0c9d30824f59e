/** `npm run tail` in a process of its own, over streams of the local Kinesis. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('../../../../local/operate/tail.ts', import.meta.url));

export class Tailing {
  static readonly #all = new Set<ChildProcess>();
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown[]>;
  #printed = '';
  #errors = '';

  constructor(args: readonly string[], variables: Readonly<Record<string, string>> = {}) {
    const env = { PATH: '', HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true', ...variables };
    this.#child = spawn(process.execPath, [SCRIPT, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    Tailing.#all.add(this.#child);
    this.#ended = once(this.#child, 'close');
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#printed += text;
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors += text;
    });
  }

  /** Ends whatever a test that failed has left behind. */
  static killAll(): void {
    for (const child of Tailing.#all) child.kill('SIGKILL');
    Tailing.#all.clear();
  }

  /** The first so many lines, once they are there; fewer when it ends before. */
  async lines(count: number): Promise<string[]> {
    const ended = this.#ended.then(() => 'ended');
    for (;;) {
      const lines = this.#printed.split('\n').slice(0, -1);
      if (lines.length >= count) return lines.slice(0, count);
      const more = this.#child.stdout && once(this.#child.stdout, 'data');
      if ((await Promise.race([more, ended])) === 'ended') return lines;
    }
  }

  /** Whoever reads goes away. */
  hangUp(): void {
    this.#child.stdout?.destroy();
  }

  /** How it ended, after the signal if one is given. */
  async end(signal?: NodeJS.Signals): Promise<{ code: unknown; errors: string }> {
    if (signal) this.#child.kill(signal);
    const [code] = await this.#ended;
    return { code, errors: this.#errors };
  }
}
