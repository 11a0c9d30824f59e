/** Whether a research file keeps up with its streams: a day of 450 symbols beside the week that it keeps, and the move of what is a week old. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Benchmark, figures } from './harness.ts';
import type { Researched } from './research-process.ts';

const worker = fileURLToPath(new URL('./research-process.ts', import.meta.url));
/** Between two flushes, s. */
const FLUSH_EVERY = 10;

export const researchBenchmark: Benchmark = {
  name: 'research',
  async run(say) {
    say('six days of 450 symbols');
    const { stdout } = await promisify(execFile)(process.execPath, [worker]);
    const day: Researched = JSON.parse(stdout);
    const what = `research file of 450 symbols, a day of ${day.minutes} minutes`;
    const longest = Math.max(...day.flushes);
    const between = { name: 'are between two flushes', median: FLUSH_EVERY };
    const inTime = { kind: 'at most', value: FLUSH_EVERY } as const;
    return [
      {
        ...{
          what: `${what}: the longest of ${day.flushes.length} flushes`,
          unit: 's',
          ...figures([longest]),
        },
        ...{ limit: between, target: inTime },
      },
      {
        ...{ what: `${what}: all flushes`, unit: 's', ...figures([sumOf(day.flushes)]) },
        limit: { name: 'the day takes', median: day.flushes.length * FLUSH_EVERY },
      },
      {
        ...{
          what: `${what}: processor time, ${day.records} records`,
          unit: 's',
          ...figures([day.processor]),
        },
      },
      {
        ...{ what: `${what}: a day of minutes becomes bars of 5m`, unit: 's', ...figures([day.move]) },
        ...{ limit: between, target: inTime },
      },
      { what: `${what}: the most memory`, unit: 'MB resident', ...figures([day.megabytes]) },
      { what: `${what}: the file, with a week`, unit: 'MB', ...figures([day.fileMegabytes]) },
    ];
  },
};

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
