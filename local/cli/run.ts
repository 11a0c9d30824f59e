/** Runs what a command line asks for, and says in one line why it cannot. */
import { join } from 'node:path';
import { EnvironmentError } from '../../runtime/platform/env.ts';
import { UsageError } from '../command-line/option-values.ts';
import { complain } from '../command-line/tell.ts';
import { isInForeground } from '../console/foreground.ts';
import { serveStatus } from '../console/status-server.ts';
import { FlatFileError } from '../flat-files/flat-file.ts';
import { PageServer } from '../page-server/page-server.ts';
import type { Interrupt } from './interrupt.ts';
import type { LiveHost } from './live-host.ts';
import { type Options, readOptions } from './options.ts';
import { RecordFiles } from './record-files.ts';
import { expectRedis } from './redis-server.ts';
import { planImport } from './run-import.ts';
import { planLive } from './run-live.ts';
import { planSimulation } from './run-simulation.ts';
import { type Run, Session } from './session.ts';
import { usage } from './usage.ts';

/** Errors whose message says what to do. */
const EXPECTED = [UsageError, FlatFileError, EnvironmentError];

/** @returns the exit code */
export async function run(args: readonly string[], interrupt: Interrupt): Promise<number> {
  try {
    const options = readOptions(args);
    if (options !== 'help') return await start(options, interrupt);
    process.stdout.write(usage);
    return 0;
  } catch (error) {
    const isExpected = EXPECTED.some(kind => error instanceof kind);
    complain(isExpected && error instanceof Error ? error.message : error);
    return isExpected ? 2 : 1;
  }
}

/** The port, the folder, the Redis server and what feeds the pipeline are proven good, in this order, before anything is started. */
async function start(options: Options, interrupt: Interrupt): Promise<number> {
  const { feeds, port, out, feed, redis } = options;
  const page = new PageServer({ pollSeconds: 1, trouble: () => {} });
  await using status = await serveStatus({ 'GET /status': () => ({ state: 'starting' }) }, port, page.answer);
  using open = new DisposableStack();
  const folders = out === undefined ? [] : recordFolders(out, feeds);
  const records = new Map(folders.map(([name, folder]) => [name, open.use(new RecordFiles(folder))]));
  if (redis !== undefined) await expectRedis(redis);
  const plan = await planOf(options);
  await using session = new Session({
    ...{
      feeds,
      port,
      records,
      status,
      page,
      interrupt,
      redis,
      output: process.stdout,
      perWindow: feed.kind !== 'import',
    },
    title: titleOf(options),
    isInFront: isInForeground(),
  });
  const code = await plan(session);
  session.throwIfFailed();
  return code;
}

/** Of each feed, the only one at the place itself. */
function recordFolders(out: string, feeds: Options['feeds']): [feed: string, folder: string][] {
  return feeds.map(({ name }) => [name, feeds.length > 1 ? join(out, name) : out]);
}

/** What runs, in a few words: nobody should take a simulation for the market. */
export function titleOf({ feed, feeds, market, speed }: Options): string {
  switch (feed.kind) {
    case 'simulation':
      return `${feeds.map(({ name }) => name).join(' + ')}, simulated, ${speed}×`;
    case 'replay':
      return `${market}, replayed, ${speed}×`;
    case 'import':
      return `${market}, imported`;
    case 'live':
      return `${market}, live from ${feed.live.host}${lateness(feed.live)}`;
  }
}

function lateness({ delaySeconds }: LiveHost): string {
  return delaySeconds === 0 ? '' : `, ${Math.round(delaySeconds / 60)} min late`;
}

function planOf(options: Options): Promise<Run> {
  switch (options.feed.kind) {
    case 'import':
      return planImport(options, options.feed);
    case 'live':
      return planLive(options, options.feed, process.env);
    default:
      return planSimulation(options);
  }
}
