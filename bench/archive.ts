/** What it takes to archive a day on which every symbol of a whole market traded in every minute, beside what the function has. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Archived } from './archive-process.ts';
import { type Benchmark, figures } from './harness.ts';

/** As the template gives the function. */
const [MEGABYTES, SECONDS] = [2_048, 15 * 60];
const worker = fileURLToPath(new URL('./archive-process.ts', import.meta.url));

export const archiveBenchmark: Benchmark = {
  name: 'archive',
  async run(say) {
    say('a day of 11000 symbols');
    const { stdout } = await promisify(execFile)(process.execPath, [
      `--max-old-space-size=${Math.round(0.9 * MEGABYTES)}`,
      worker,
    ]);
    const { seconds, megabytes, rows, fileMegabytes }: Archived = JSON.parse(stdout);
    const what = `archive of a day of 11000 symbols, ${(rows / 1e6).toFixed(1)} million rows`;
    return [
      {
        ...{
          what,
          unit: 's',
          ...figures([seconds]),
          limit: { name: 'the function may take', median: SECONDS },
        },
        target: { kind: 'at most', value: SECONDS },
      },
      {
        ...{ what: `${what}: the most`, unit: 'MB resident', ...figures([megabytes]) },
        limit: { name: 'the function has', median: MEGABYTES },
        target: { kind: 'at most', value: MEGABYTES },
      },
      { what: `${what}: its files`, unit: 'MB', ...figures([fileMegabytes]) },
    ];
  },
};
