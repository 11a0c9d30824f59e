/** `npm run laws -- --trials N [--seed S] [--path P] [--first]`: a long hunt for a history that breaks a law; with --first it is not made smaller. */
import fc from 'fast-check';
import { optionsOf, wholeNumber } from './options.ts';
import { plans, TRIALS } from './plan.ts';
import { runTrial } from './trial.ts';

const usage = `Usage: npm run laws -- [--trials N] [--seed S] [--path P] [--first]
  --trials N  histories to try (default ${TRIALS})
  --seed S    of the first; the same seed tries the same (default: by the clock)
  --path P    the way to one history, as a failure tells it
  --first     does not make the history that breaks a law smaller`;

const { numRuns, seed, path, first } = optionsOf(
  usage,
  ['trials', 'seed', 'path'],
  ['first'],
  (text, has) => {
    const given = text('seed');
    return {
      numRuns: wholeNumber('trials', text('trials') ?? String(TRIALS)),
      seed: given === undefined ? Date.now() & 0x7fffffff : wholeNumber('seed', given, -(2 ** 31)),
      path: text('path'),
      first: has('first'),
    };
  },
);
const totals = new Map<string, number>();
const add = (what: string, count: number) => totals.set(what, (totals.get(what) ?? 0) + count);

console.log(`${numRuns} trials, seed ${seed}`);
const started = performance.now();
const result = await fc.check(
  fc.asyncProperty(plans, async plan => {
    const { faults, ...counts } = await runTrial(plan);
    add('trials', 1);
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
