/** `npm run soak`: faults for longer than a test may take. Ends with 1 when anything is violated, with 2 when it cannot be run. */
import { parseArgs } from 'node:util';
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
  --help              this text
`;

class UsageError extends Error {}

function wholeNumber(name: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new UsageError(`--${name} is '${text}': use a whole number from 1 on`);
  return Number(text);
}

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

try {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '20' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      outage: { type: 'string' },
      backfill: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) process.stdout.write(usage);
  else if (values.backfill !== undefined)
    process.exitCode = await backfill(wholeNumber('backfill', values.backfill));
  else if (values.outage !== undefined) process.exitCode = await outage(wholeNumber('outage', values.outage));
  else
    process.exitCode = await rounds(wholeNumber('rounds', values.rounds), wholeNumber('seed', values.seed));
} catch (error) {
  const isWrongUse = error instanceof UsageError || (error instanceof TypeError && 'code' in error);
  if (!isWrongUse) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
process.exit();
