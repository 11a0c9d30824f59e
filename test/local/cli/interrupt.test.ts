/**
 * Ctrl-C at any moment: silent, and nothing is left behind. `BARFLOW_CTRL_C=50` tries as many moments, `BARFLOW_SEED=7`
 * others than usual.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { Leftovers } from '../../support/leftovers.ts';
import { Random } from '../../support/random.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const MOMENTS = Number(process.env['BARFLOW_CTRL_C'] ?? 3);
/** From before the first line of code runs until after the first bars, on an idle machine (ms). */
const LATEST = 8_000;
/** A busy machine is not as far by then: what a moment is counted from, in turns. */
const COUNTED_FROM = [
  ['the first line', ''],
  ['it was connected', '\nconnected\n'],
] as const;

/** The program in a process group of its own, as a shell starts it, so that Ctrl-C can be sent to all of the group. */
class Started {
  output = '';
  errors = '';
  readonly child: ChildProcess;
  readonly ended: Promise<readonly [code: number | null, signal: NodeJS.Signals | null]>;

  constructor(leftovers: Leftovers) {
    const args = ['local/cli/main.ts', '--symbols', '5', '--speed', '600', '--port', '0'];
    const env = { ...process.env, ...leftovers.env, npm_lifecycle_event: 'none' };
    const child = spawn(process.execPath, args, { cwd: ROOT, env, detached: true });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.errors += text;
    });
    this.ended = new Promise(resolve => child.once('close', (code, signal) => resolve([code, signal])));
    this.child = child;
  }

  async said(text: string): Promise<void> {
    while (!this.output.includes(text)) await pause(20);
  }

  pressCtrlC(): void {
    if (this.child.exitCode === null && this.child.pid !== undefined) process.kill(-this.child.pid, 'SIGINT');
  }
}

describe('Ctrl-C', () => {
  const random = new Random(Number(process.env['BARFLOW_SEED'] ?? 1));
  const moments = Array.from({ length: MOMENTS }, (_, n) => {
    const [since, said] = COUNTED_FROM[n % 2 === 0 ? 0 : 1];
    return [random.below(said === '' ? LATEST : LATEST / 2), since, said] as const;
  });

  test.each(moments)(
    '%d ms after %s ends the run in silence and leaves nothing behind',
    async (moment, _, said) => {
      await using leftovers = await Leftovers.watch();
      const started = new Started(leftovers);
      await started.said(said);
      await pause(moment);
      started.pressCtrlC();
      const [code, signal] = await started.ended;
      // Before the program hears of it the system ends it, which a shell shows as 130, too.
      expect([0, 130, 'SIGINT']).toContain(code ?? signal);
      expect(started.errors).toBe('');
      expect(started.output).not.toMatch(/error|ended with|\bat .*:\d+:\d+/i);
      await leftovers.gone();
      expect(await leftovers.folders()).toEqual([]);
    },
  );

  test('pressed again ends the run at once, even when the ingester does not move', async () => {
    await using leftovers = await Leftovers.watch();
    const started = new Started(leftovers);
    await started.said('bars');
    const others = (await leftovers.processes()).filter(id => id !== started.child.pid);
    expect(others).toHaveLength(1);
    for (const id of others) process.kill(id, 'SIGSTOP');
    let isOver = false;
    void started.ended.then(() => {
      isOver = true;
    });
    while (!isOver) {
      started.pressCtrlC();
      await pause(200);
    }
    expect([await started.ended, started.errors]).toEqual([[130, null], '']);
    await leftovers.gone();
    expect(await leftovers.folders()).toEqual([]);
  });
});
