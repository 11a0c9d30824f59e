/** The bar store's configuration, read from its environment variables. */
import type { Environment } from '../platform/env.ts';
import { type FeedSettings, feedSettings } from '../platform/feed-settings.ts';
import { defaultStoreDays } from '../platform/store-days.ts';
import type { DaysKept } from '../tables/bars/bar-item.ts';
import { barStoreEnv, barStoreSettings } from './names.ts';

export interface BarStoreConfig extends FeedSettings {
  /** For how many days bars are kept, by timeframe. */
  readonly days: DaysKept;
  readonly barsTable: string;
  readonly quarantineTable: string;
}

export function barStoreConfigIn(env: Environment): BarStoreConfig {
  const { store, ...feed } = feedSettings(env, barStoreSettings);
  return {
    ...feed,
    days: { ...defaultStoreDays, ...store },
    barsTable: env.text(barStoreEnv.barsTable, { purpose: 'names the DynamoDB table of bars' }),
    quarantineTable: env.text(barStoreEnv.quarantineTable, {
      purpose: 'names the DynamoDB table for refused records',
    }),
  };
}
