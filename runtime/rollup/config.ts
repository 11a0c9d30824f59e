/** The roll-up's configuration, read from its environment variables. */
import type { Alignment } from '../markets/window.ts';
import type { Environment } from '../platform/env.ts';
import { type FeedSettings, feedSettings } from '../platform/feed-settings.ts';
import { rollupEnv, rollupSettings } from './names.ts';

export interface RollupConfig extends FeedSettings {
  readonly alignment: Alignment;
  readonly barsStream: string;
  readonly stateTable: string;
  readonly quarantineTable: string;
  readonly provisional: boolean;
  /** How late the feed is by nature, ms. */
  readonly delay: number;
  /** How long after that a minute's watermark waits for bars, ms. */
  readonly grace: number;
}

export function rollupConfigIn(env: Environment): RollupConfig {
  const { provisionalBars: provisional, delay, watermarkGrace, ...feed } = feedSettings(env, rollupSettings);
  return {
    ...feed,
    provisional,
    delay: delay * 1_000,
    grace: watermarkGrace * 1_000,
    barsStream: env.text(rollupEnv.barsStream, { purpose: 'names the Kinesis stream that bars are put on' }),
    stateTable: env.text(rollupEnv.stateTable, { purpose: 'names the DynamoDB table of the slots’ logs' }),
    quarantineTable: env.text(rollupEnv.quarantineTable, {
      purpose: 'names the DynamoDB table for refused records',
    }),
  };
}
