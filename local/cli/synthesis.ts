/** The stage of a run, synthesized by a process of its own: the memory that the CDK takes is free again when the pipeline starts. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import type { Feed } from '../../lib/settings/environment.ts';
import { UsageError } from '../command-line/option-values.ts';
import { atExit } from '../engine/at-exit.ts';

/** A feed as it goes from process to process, which a duration does not. */
export interface SynthesizedFeed
  extends Pick<Feed, 'market' | 'name' | 'symbols' | 'channels' | 'sinks' | 'alignment' | 'shards' | 'store'>,
    Pick<Feed, 'latest' | 'archive' | 'apiKeySecret' | 'host'> {
  /** How late it is, s. @default as late as feeds are */
  readonly delaySeconds?: number;
}

/** What is synthesized: an environment with these feeds, its templates in `outdir`. */
export interface Synthesis {
  readonly stage: string;
  readonly feeds: readonly SynthesizedFeed[];
  readonly outdir: string;
}

/** Exit code of the process when the feed's settings are refused; why is on its standard error. */
export const REFUSED = 2;

/** @throws UsageError when the feed's settings are refused */
export async function synthesize(what: Synthesis): Promise<CloudAssembly> {
  const program = fileURLToPath(new URL('./synthesis-process.ts', import.meta.url));
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'ignore', 'pipe'] });
  const forget = atExit(() => child.kill('SIGKILL'));
  const exit = once(child, 'exit');
  child.stdin.end(JSON.stringify(what));
  const [said, [code]] = await Promise.all([text(child.stderr), exit]);
  forget();
  if (code === 0) return new CloudAssembly(what.outdir);
  if (code === REFUSED) throw new UsageError(said.trim());
  throw new Error(`the stage cannot be synthesized: ${said.trim() || `exit code ${code}`}`);
}
