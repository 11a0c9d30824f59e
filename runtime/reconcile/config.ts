/** The configuration of the comparison with the vendor, read from its environment variables. */
import type { Alignment } from '../markets/window.ts';
import type { Environment } from '../platform/env.ts';
import { type FeedSettings, feedSettings } from '../platform/feed-settings.ts';
import { REST_URL } from '../vendor/address-names.ts';
import { reconcileEnv, reconcileSettings } from './names.ts';

export interface ReconcileConfig extends FeedSettings {
  readonly alignment: Alignment;
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

export function reconcileConfigIn(env: Environment): ReconcileConfig {
  const { delay, restRequestsPerSecond: perSecond, ...feed } = feedSettings(env, reconcileSettings);
  return {
    ...feed,
    delay: 1_000 * delay,
    perSecond,
    symbols: env.text(reconcileEnv.symbols, { purpose: 'lists the symbols to compare' }).split(','),
    restUrl: env.text(reconcileEnv.restUrl, {
      purpose: 'is where the vendor answers',
      fallback: REST_URL,
    }),
    apiKeySecret: env.text(reconcileEnv.apiKeySecret, { purpose: 'names the secret with the vendor key' }),
    stateTable: env.text(reconcileEnv.stateTable, { purpose: 'names the table of the slots’ logs' }),
    reportBucket: env.text(reconcileEnv.reportBucket, { purpose: 'names the bucket for the reports' }),
  };
}
