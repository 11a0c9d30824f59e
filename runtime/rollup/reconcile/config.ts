/** The configuration of the comparison with the vendor, read from its environment variables. */
import { type Market, markets } from '../../bars/market.ts';
import type { ConfirmedDays } from '../../bars/special-days.ts';
import { type Alignment, alignments } from '../../bars/window.ts';
import { confirmedDaysIn } from '../../platform/confirmed-days.ts';
import { readEnvironment } from '../../platform/env.ts';
import { environmentVariable } from '../../platform/metric-names.ts';
import { reconcileEnv } from '../reconcile-names.ts';

export interface ReconcileConfig {
  /** Name of the environment, by which metrics are told apart. */
  readonly environment: string;
  readonly market: Market;
  readonly alignment: Alignment;
  readonly confirmedDays: ConfirmedDays;
  readonly symbols: readonly string[];
  /** How much later than real time the feed sends, in ms. */
  readonly delay: number;
  readonly restUrl: string;
  /** How many questions a second the plan allows. */
  readonly perSecond: number;
  readonly apiKeySecret: string;
  readonly stateTable: string;
  readonly reportBucket: string;
}

/** @throws EnvironmentError that names every missing or wrong variable */
export function reconcileConfig(variables: NodeJS.ProcessEnv): ReconcileConfig {
  return readEnvironment(variables, env => ({
    environment: env.text(environmentVariable, { purpose: 'names the environment', fallback: 'local' }),
    market: env.oneOf(reconcileEnv.market, {
      purpose: 'names the market whose calendar holds',
      fallback: 'stocks',
      allowed: markets,
    }),
    alignment: env.oneOf(reconcileEnv.alignment, {
      purpose: 'says what windows are anchored at',
      fallback: 'clock',
      allowed: alignments,
    }),
    confirmedDays: confirmedDaysIn(env),
    symbols: env.text(reconcileEnv.symbols, { purpose: 'lists the symbols to compare' }).split(','),
    delay:
      1_000 *
      env.number(reconcileEnv.feedDelaySeconds, {
        purpose: 'is how late the feed is',
        min: 0,
        max: 3_600,
        fallback: 0,
      }),
    restUrl: env.text(reconcileEnv.restUrl, {
      purpose: 'is where the vendor answers',
      fallback: 'https://api.massive.com',
    }),
    perSecond: env.number(reconcileEnv.restRequestsPerSecond, {
      purpose: 'is how many questions a second the plan allows',
      min: 0.01,
      max: 100,
      fallback: 50,
    }),
    apiKeySecret: env.text(reconcileEnv.apiKeySecret, { purpose: 'names the secret with the vendor key' }),
    stateTable: env.text(reconcileEnv.stateTable, { purpose: 'names the table of the slots’ logs' }),
    reportBucket: env.text(reconcileEnv.reportBucket, { purpose: 'names the bucket for the reports' }),
  }));
}
