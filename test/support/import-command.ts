/** Runs the project's own import command as a user would, and reads back what it wrote; it may be asked for the bars meanwhile. */
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { start } from './command.ts';

export type Line = Readonly<Record<string, unknown>>;

export interface ImportRun {
  /** The highest version of each bar, as the JSON objects of the bars stream. */
  readonly bars: readonly Line[];
  /** The same of the minutes. */
  readonly minutes: readonly Line[];
  /** Ends it, if it has not ended. @returns the last line of standard output. @throws Error with the whole output when it does not end with 0 */
  end(): Promise<string>;
}

/** An import that has not ended yet. */
export interface OpenImport extends ImportRun {
  /** The page's address, below which the query API is. */
  readonly page: string;
}

export async function runImport(files: readonly string[], options: readonly string[]): Promise<ImportRun> {
  const { run, out } = await begin(files, [...options, '--exit']);
  const last = await run;
  const lines = await linesIn(out);
  await rm(out, { recursive: true });
  return { ...lines, end: async () => last };
}

/** Resolves once everything is final; the bars may still be on their way into their table. */
export async function openImport(files: readonly string[], options: readonly string[]): Promise<OpenImport> {
  const final = Promise.withResolvers<{ readonly page: string; readonly child: ChildProcess }>();
  const { run, out } = await begin(files, options, (stdout, child) => {
    const [, page] = /^page: (\S+)/m.exec(stdout) ?? [];
    if (page !== undefined && stdout.includes('everything is final')) final.resolve({ page, child });
  });
  const { page, child } = await Promise.race([
    final.promise,
    run.then(last => {
      throw new Error(`the import ended before it was asked to: ${last}`);
    }),
  ]);
  const lines = await linesIn(out);
  const end = async () => {
    child.kill('SIGINT');
    const last = await run;
    await rm(out, { recursive: true, force: true });
    return last;
  };
  return { ...lines, page, end };
}

async function begin(
  files: readonly string[],
  options: readonly string[],
  onOutput: (stdout: string, child: ChildProcess) => void = () => undefined,
) {
  const out = await mkdtemp(join(tmpdir(), 'real-data-'));
  const args = [...files.flatMap(file => ['--import', file]), ...options, '--out', out];
  const run = start(args, { onOutput }).then(({ code, stdout, stderr, lastLine }) => {
    if (code === 0) return lastLine;
    throw new Error(`${args.join(' ')} ended with ${code}\n${stderr}${stdout}`);
  });
  return { run, out };
}

async function linesIn(out: string): Promise<Pick<ImportRun, 'bars' | 'minutes'>> {
  const of = async (name: string) =>
    highestVersions((await readFile(join(out, `${name}.ndjson`), 'utf8')).trim().split('\n'));
  return { bars: await of('bars'), minutes: await of('minutes') };
}

/** Of every bar among the records. */
function highestVersions(lines: readonly string[]): Line[] {
  const bars = new Map<string, Line>();
  for (const line of lines) {
    const bar: Line = JSON.parse(line);
    if (bar['type'] !== 'bar') continue;
    const identity = `${bar['symbol']} ${bar['timeframe']} ${bar['start']}`;
    const known = bars.get(identity);
    if (known === undefined || Number(bar['version']) > Number(known['version'])) bars.set(identity, bar);
  }
  return [...bars.values()];
}
