/** `npm start`: the whole pipeline on this machine. */
import { EnvironmentError } from '../runtime/platform/env.ts';
import { FlatFileError } from './feed/flat-file.ts';
import { UsageError } from './option-values.ts';
import { type Options, readOptions } from './options.ts';
import { runImport } from './run-import.ts';
import { runLive } from './run-live.ts';
import { runSimulation } from './run-simulation.ts';
import { Session } from './session.ts';
import { usage } from './usage.ts';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());

/** @returns the exit code */
async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === 'help') {
    process.stdout.write(usage);
    return 0;
  }
  const { market, port, out, feed } = options;
  const session = await Session.open({
    ...{ market, port, output: process.stdout, perWindow: feed.kind !== 'import', signal: stop.signal },
    ...(out === undefined ? {} : { out }),
  });
  try {
    return await run(options, session);
  } finally {
    await session.close();
  }
}

function run(options: Options, session: Session): Promise<number> {
  switch (options.feed.kind) {
    case 'import':
      return runImport(options, session);
    case 'live':
      return runLive(options, session, process.env);
    default:
      return runSimulation(options, session);
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isExpected =
    error instanceof UsageError || error instanceof FlatFileError || error instanceof EnvironmentError;
  console.error(isExpected ? error.message : error);
  process.exitCode = isExpected ? 2 : 1;
}
