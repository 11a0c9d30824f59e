/** The monitor's configuration, read from its environment variables. */

import type { Alignment } from '../markets/window.ts';
import type { Environment } from '../platform/env.ts';
import { type FeedSettings, feedSettings } from '../platform/feed-settings.ts';
import { slots } from '../records/slot.ts';
import { slotsIn } from '../records/slot-list.ts';
import { monitorEnv, monitorSettings } from './names.ts';

export interface MonitorConfig extends FeedSettings {
  readonly alignment: Alignment;
  /** The slots that hold a symbol of the feed, where its lease does not say which. */
  readonly slots: readonly number[];
  /** How much later than real time the feed sends, in ms. */
  readonly delay: number;
  readonly stateTable: string;
  readonly leaseTable: string;
  readonly memoryTable: string;
}

export function monitorConfigIn(env: Environment): MonitorConfig {
  const { delay, ...feed } = feedSettings(env, monitorSettings);
  return {
    ...feed,
    delay: 1_000 * delay,
    slots: env.parsed(monitorEnv.slots, {
      purpose: 'lists the slots that hold a symbol of the feed',
      takes: '`*` or numbers with commas between them',
      fallback: slots,
      otherwise: '*',
      read: slotsIn,
    }),
    stateTable: env.text(monitorEnv.stateTable, { purpose: 'names the table of the slots’ logs' }),
    leaseTable: env.text(monitorEnv.leaseTable, { purpose: 'names the table of the lease' }),
    memoryTable: env.text(monitorEnv.memoryTable, {
      purpose: 'names the table of what the monitor remembers',
    }),
  };
}
