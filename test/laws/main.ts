/** `npm run laws -- --trials N [--seed S] [--path P] [--first]`: a long hunt for a history that breaks a law; with --first it is not made smaller. */
import fc from 'fast-check';
import { optionsOf } from '../../local/command-line/command-line.ts';
import { wholeOf } from '../../local/command-line/option-values.ts';
import { plans, TRIALS } from './plan.ts';
import { runTrial } from './trial.ts';

const usage = `Usage: npm run laws -- [--trials N] [--seed S] [--path P] [--first]
  --trials N  histories to try (default ${TRIALS})
  --seed S    of the first; the same seed tries the same (default: by the clock)
  --path P    the way to one history, as a failure tells it
  --first     does not make the history that breaks a law smaller
  -h, --help  this text
Exit codes: 0 no law is broken, 1 one is, 2 it cannot be run`;

const text = { type: 'string' } as const;
const flags = { trials: text, seed: text, path: text, first: { type: 'boolean' } } as const;
const { numRuns, seed, path, first } = optionsOf(usage, flags, given => ({
  numRuns: wholeOf('trials', given.trials, { fallback: TRIALS, min: 1, max: 1e9 }),
  seed: wholeOf('seed', given.seed, {
    fallback: Date.now() & 0x7fffffff,
    min: -(2 ** 31),
    max: 2 ** 31 - 1,
  }),
  path: given.path,
  first: given.first ?? false,
}));
const totals = new Map<string, number>();
const add = (what: string, count: number) => totals.set(what, (totals.get(what) ?? 0) + count);

console.log(`${numRuns} trials, seed ${seed}`);
const started = performance.now();
let toldAt = started;
/** Every two seconds, so that nobody takes a long hunt for one that hangs. */
const tellProgress = () => {
  if (performance.now() - toldAt < 2_000) return;
  toldAt = performance.now();
  console.error(`${totals.get('trials')} of ${numRuns} trials`);
};
const result = await fc.check(
  fc.asyncProperty(plans, async plan => {
    const { faults, ...counts } = await runTrial(plan);
    add('trials', 1);
    tellProgress();
    for (const [what, count] of [...Object.entries(counts), ...faults]) add(what, count);
  }),
  { numRuns, seed, endOnFailure: first, ...(path === undefined ? {} : { path }) },
);
for (const [what, count] of totals) console.log(`${String(count).padStart(12)} ${what}`);
console.log(`${((performance.now() - started) / 1_000).toFixed(1).padStart(12)} seconds`);
if (result.failed) {
  console.error(result.errorInstance);
  if (!first) console.error(fc.defaultReportMessage(result));
  console.error(
    `Again: npm run laws -- --trials ${numRuns} --seed ${result.seed} --path ${result.counterexamplePath}`,
  );
  process.exitCode = 1;
}
