/** What a command left behind: processes whose variables name its folder for temporary files, and what lies in that. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export class Leftovers implements AsyncDisposable {
  /** What the command is started with, so that its leftovers are known as its own. */
  readonly env: Readonly<Record<string, string>>;
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.env = { TMPDIR: folder };
  }

  static async watch(): Promise<Leftovers> {
    return new Leftovers(await mkdtemp(join(tmpdir(), 'barflow-leftovers-')));
  }

  /** Ids of the command and its children, where the system tells. */
  async processes(): Promise<number[]> {
    const ids = (await readdir('/proc').catch(() => [])).filter(name => /^\d+$/.test(name));
    const isOurs = await Promise.all(
      ids.map(async id => {
        const variables = await readFile(`/proc/${id}/environ`, 'utf8').catch(() => '');
        return variables.includes(this.#folder);
      }),
    );
    return ids.filter((_, index) => isOurs[index]).map(Number);
  }

  /** Resolves when no such process is left; one that was just killed takes a moment to go. */
  async gone(): Promise<void> {
    while ((await this.processes()).length > 0) await pause(20);
  }

  folders(): Promise<string[]> {
    return readdir(this.#folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const id of await this.processes()) process.kill(id, 'SIGKILL');
    await rm(this.#folder, { recursive: true, force: true });
  }
}
