/** `npm start`: the whole pipeline on this machine. */
import { EnvironmentRefused } from '../lib/environment-faults.ts';
import { EnvironmentError } from '../runtime/platform/env.ts';
import { FlatFileError } from './feed/flat-file.ts';
import { UsageError } from './option-values.ts';
import { type Options, readOptions } from './options.ts';
import { planImport } from './run-import.ts';
import { planLive } from './run-live.ts';
import { planSimulation } from './run-simulation.ts';
import { type Run, Session } from './session.ts';
import { usage } from './usage.ts';

const stop = new AbortController();
/** Errors whose message says what to do. */
const EXPECTED = [UsageError, FlatFileError, EnvironmentError, EnvironmentRefused];
/** npm hands on the Ctrl-C that the terminal sends to both: only a signal that comes this much later (ms) is a second one. */
const SECOND_SIGNAL = 1_000;
let toldAt = Number.POSITIVE_INFINITY;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // Whoever asks again does not want to wait.
    if (performance.now() - toldAt > SECOND_SIGNAL) process.exit(130);
    toldAt = Math.min(toldAt, performance.now());
    stop.abort();
  });
}
// A reader such as `head` that has seen enough ends the run.
process.stdout.on('error', () => stop.abort());

/** @returns the exit code */
async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === 'help') {
    process.stdout.write(usage);
    return 0;
  }
  // Files and variables are proven good before anything is started.
  const run = await planOf(options);
  const { market, port, out, feed } = options;
  const session = await Session.open({
    ...{ market, port, output: process.stdout, perWindow: feed.kind !== 'import', signal: stop.signal },
    ...(out === undefined ? {} : { out }),
  });
  try {
    return await run(session);
  } finally {
    await session.close();
  }
}

function planOf(options: Options): Promise<Run> {
  switch (options.feed.kind) {
    case 'import':
      return planImport(options, options.feed);
    case 'live':
      return planLive(options, process.env);
    default:
      return planSimulation(options);
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isExpected = EXPECTED.some(kind => error instanceof kind);
  console.error(isExpected && error instanceof Error ? error.message : error);
  process.exitCode = isExpected ? 2 : 1;
}
