/** The laws of the roll-up, held against random histories under every failure that streams, tables and workers have. */
import { test } from '@jest/globals';
import fc from 'fast-check';
import { plans, TRIALS } from './plan.ts';
import { runTrial } from './trial.ts';

test('bars converge, keep one content per version, rise, close in time and lose no volume, whatever fails', async () => {
  await fc.assert(
    fc.asyncProperty(plans, async plan => {
      await runTrial(plan);
    }),
    { numRuns: TRIALS },
  );
}, 300_000);
