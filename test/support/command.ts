/** Runs `npm start`'s program as a user would, in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The last line of standard output. */
  readonly lastLine: string;
}

/** What the command wrote with `--out`. */
export interface Recorded extends CommandResult {
  /** Records of the minutes stream, in the order of the puts. */
  readonly minutes: readonly string[];
  /** Records of the bars stream, in the order of the puts. */
  readonly bars: readonly string[];
}

export interface StartOptions {
  /** Variables beside those of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** @default 0, any free one */
  readonly port?: number;
  /** Gets the standard output as it grows, and the process. */
  readonly onOutput?: (stdout: string, child: ChildProcess) => void;
}

/** Runs to the end. */
export async function start(args: readonly string[], options: StartOptions = {}): Promise<CommandResult> {
  const child = spawn(process.execPath, ['local/cli/main.ts', ...args, '--port', String(options.port ?? 0)], {
    cwd: root,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    options.onOutput?.(stdout, child);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, stdout, stderr, lastLine: stdout.trimEnd().split('\n').at(-1) ?? '' };
}

/** Runs with `--exit` to the end and reads back every record of both streams. */
export async function record(args: readonly string[]): Promise<Recorded> {
  const out = await mkdtemp(join(tmpdir(), 'barflow-test-'));
  try {
    const result = await start([...args, '--exit', '--out', out]);
    const [minutes, bars] = await Promise.all(
      ['minutes', 'bars'].map(async name => {
        const text = await readFile(join(out, `${name}.ndjson`), 'utf8').catch(() => '');
        return text.split('\n').filter(line => line !== '');
      }),
    );
    return { ...result, minutes: minutes ?? [], bars: bars ?? [] };
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

/** The highest version of each bar, sorted: what a consumer keeps. */
export function kept(bars: readonly string[]): string[] {
  const highest = new Map<string, { version: number; line: string }>();
  for (const line of bars) {
    const { symbol, timeframe, start, version } = JSON.parse(line);
    const identity = `${symbol} ${timeframe} ${start}`;
    if (version > (highest.get(identity)?.version ?? 0)) highest.set(identity, { version, line });
  }
  return [...highest.values()].map(({ line }) => line).sort();
}
