/** `npm run laws -- --trials N [--seed S] [--path P] [--first]`: a long hunt for a history that breaks a law; with --first it is not made smaller. */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { plans, TRIALS } from './plan.ts';
import { runTrial } from './trial.ts';

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: String(TRIALS) },
    seed: { type: 'string' },
    path: { type: 'string' },
    first: { type: 'boolean', default: false },
  },
});
const numRuns = wholeNumber('trials', values.trials);
const seed =
  values.seed === undefined ? Date.now() & 0x7fffffff : wholeNumber('seed', values.seed, -(2 ** 31));
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
  { numRuns, seed, endOnFailure: values.first, ...(values.path === undefined ? {} : { path: values.path }) },
);
for (const [what, count] of totals) console.log(`${String(count).padStart(12)} ${what}`);
console.log(`${((performance.now() - started) / 1_000).toFixed(1).padStart(12)} seconds`);
if (result.failed) {
  console.error(result.errorInstance);
  if (!values.first) console.error(fc.defaultReportMessage(result));
  console.error(
    `Again: npm run laws -- --trials ${numRuns} --seed ${result.seed} --path ${result.counterexamplePath}`,
  );
  process.exitCode = 1;
}

function wholeNumber(flag: string, text: string, least = 1): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new RangeError(`--${flag} is '${text}': use a whole number from ${least} on`);
}
