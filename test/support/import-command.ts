/** Runs the project's own import command as a user would, and reads back the bars it wrote. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface ImportRun {
  /** The last line of standard output. */
  readonly summary: string;
  /** The highest version of each bar, as the JSON objects of the bars stream. */
  readonly bars: readonly Record<string, unknown>[];
}

/** @throws Error with the command's whole output when it does not end with 0 */
export async function runImport(files: readonly string[], options: readonly string[]): Promise<ImportRun> {
  const out = await mkdtemp(join(tmpdir(), 'real-data-'));
  try {
    const imports = files.flatMap(file => ['--import', file]);
    const stdout = await run([
      'local/cli/main.ts',
      ...imports,
      ...options,
      '--out',
      out,
      '--exit',
      '--port',
      '0',
    ]);
    const lines = (await readFile(join(out, 'bars.ndjson'), 'utf8')).trim().split('\n');
    return { summary: stdout.trim().split('\n').at(-1) ?? '', bars: highestVersions(lines) };
  } finally {
    await rm(out, { recursive: true });
  }
}

async function run(command: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, command, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0)
    throw new Error(`${command.join(' ')} ended with ${code}\n${output.stderr}${output.stdout}`);
  return output.stdout;
}

function highestVersions(lines: readonly string[]): Record<string, unknown>[] {
  const bars = new Map<string, Record<string, unknown>>();
  for (const line of lines) {
    const bar: Record<string, unknown> = JSON.parse(line);
    const identity = `${bar['symbol']} ${bar['timeframe']} ${bar['start']}`;
    const known = bars.get(identity);
    if (known === undefined || Number(bar['version']) > Number(known['version'])) bars.set(identity, bar);
  }
  return [...bars.values()];
}
