/** Starts an ingester that stands alone. Exit codes: 0 all is written, 1 something is lost, 2 its variables are wrong, or it is given options. */
import { EnvironmentError } from '../../platform/env.ts';
import { aloneConfig } from './config.ts';
import { runAlone } from './run.ts';
import { usage } from './usage.ts';

const given = process.argv.slice(2);
try {
  if (given.includes('--help') || given.includes('-h')) process.stdout.write(usage());
  else if (given.length > 0) {
    console.error(`'${given[0]}' is not allowed: all is told by variables (--help lists them)`);
    process.exitCode = 2;
  } else process.exit(await runAlone(aloneConfig(process.env)));
} catch (error) {
  if (!(error instanceof EnvironmentError)) throw error;
  console.error(error.message);
  process.exit(2);
}
