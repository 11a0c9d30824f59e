/** `npm run soak`: faults for longer than a test may take. Ends with 1 when anything is violated, with 2 when it cannot be run. */
import { optionsOf } from '../../local/command-line/command-line.ts';
import { wholeOf } from '../../local/command-line/option-values.ts';
import { longBackfill } from './support/long-backfill.ts';
import { longOutage } from './support/long-outage.ts';
import { randomFaults } from './support/random-faults.ts';

/** MiB above idle, and MiB in all: a task has 512. */
const MOST_MEMORY = 150;
const MOST_RESIDENT = 384;

const usage = `Usage: npm run soak -- [options]

Plays random faults, round by round, each judged like a fault test; or something that takes long.

  --rounds N          rounds of random faults (default 20)
  --seed N            of the first round; the next ones follow (default: by the clock)
  --outage MINUTES    instead: a stream that takes nothing of 11,000 symbols for so long, after which
                      memory may have grown by ${MOST_MEMORY} MiB and every minute must be there
  --backfill MINUTES  instead: a first start of 11,000 symbols so many minutes into their block, at
                      100 requests a second, during which memory may rise to ${MOST_RESIDENT} MiB
  -h, --help          this text
Exit codes: 0 nothing is violated, 1 something is, 2 it cannot be run`;

/** @returns the exit code */
function complaintsOf(violations: readonly string[]): number {
  for (const violation of violations.slice(0, 20)) console.log(`  ${violation}`);
  return violations.length > 0 ? 1 : 0;
}

async function rounds(count: number, first: number): Promise<number> {
  for (let seed = first; seed < first + count; seed++) {
    const { happened, violations } = await randomFaults(seed);
    console.log(`seed ${seed}: ${happened.join(', ') || 'nothing'}; ${violations.length} violations`);
    const code = complaintsOf(violations);
    if (code !== 0) return code;
  }
  return 0;
}

async function outage(minutes: number): Promise<number> {
  const { memory, onDisk, violations } = await longOutage(minutes, text => console.log(text));
  console.log(
    `${minutes} minutes: at most ${memory.toFixed(0)} MiB above idle and ${onDisk} records on disk; ${violations.length} violations`,
  );
  return Math.max(complaintsOf(violations), memory > MOST_MEMORY ? 1 : 0);
}

async function backfill(minutes: number): Promise<number> {
  const { bars, seconds, memory, violations } = await longBackfill(minutes, text => console.log(text));
  console.log(
    `${bars} bars in ${seconds.toFixed(0)} s: at most ${memory.toFixed(0)} MiB; ${violations.length} violations`,
  );
  return Math.max(complaintsOf(violations), memory > MOST_RESIDENT ? 1 : 0);
}

const text = { type: 'string' } as const;
const flags = { rounds: text, seed: text, outage: text, backfill: text };
const run = optionsOf(usage, flags, given => {
  const whole = (name: keyof typeof flags, fallback: number) =>
    wholeOf(name, given[name], { fallback, min: 1, max: 999_999_999 });
  if (given.backfill !== undefined) return () => backfill(whole('backfill', 1));
  if (given.outage !== undefined) return () => outage(whole('outage', 1));
  const [count, first] = [whole('rounds', 20), whole('seed', 1 + (Date.now() % 1_000_000))];
  return () => rounds(count, first);
});
process.exit(await run());
