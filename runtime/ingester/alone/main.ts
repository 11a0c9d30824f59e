/** Starts an ingester that stands alone. Exit codes: 0 all is written, 1 something is lost, 2 its variables are wrong. */
import { EnvironmentError } from '../../platform/env.ts';
import { aloneConfig } from './config.ts';
import { runAlone } from './run.ts';
import { usage } from './usage.ts';

try {
  if (process.argv.includes('--help') || process.argv.includes('-h')) process.stdout.write(usage());
  else process.exit(await runAlone(aloneConfig(process.env)));
} catch (error) {
  if (!(error instanceof EnvironmentError)) throw error;
  console.error(error.message);
  process.exit(2);
}
