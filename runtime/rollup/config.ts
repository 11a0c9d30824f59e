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
}

export function rollupConfigIn(env: Environment): RollupConfig {
  const { provisionalBars: provisional, ...feed } = feedSettings(env, rollupSettings);
  return {
    ...feed,
    provisional,
    barsStream: env.text(rollupEnv.barsStream, { purpose: 'names the Kinesis stream that bars are put on' }),
    stateTable: env.text(rollupEnv.stateTable, { purpose: 'names the DynamoDB table of the slots’ logs' }),
    quarantineTable: env.text(rollupEnv.quarantineTable, {
      purpose: 'names the DynamoDB table for refused records',
    }),
  };
}
