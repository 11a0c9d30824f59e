/** The monitor's configuration, read from its environment variables. */

import type { Alignment } from '../markets/window.ts';
import type { Environment } from '../platform/env.ts';
import { type FeedSettings, feedSettings } from '../platform/feed-settings.ts';
import { slots } from '../records/slot.ts';
import { slotsIn } from '../records/slot-list.ts';
import { monitorEnv, monitorSettings } from './names.ts';

/** A service whose tasks come and go with the sessions, or with what AWS has to spare. */
export interface KeptService {
  readonly cluster: string;
  readonly service: string;
  /** While it is awake. */
  readonly tasks: number;
  /** Whether it sleeps between sessions. */
  readonly sleeps: boolean;
  /** Whether it runs on Spot where there is any. */
  readonly spot: boolean;
}

export interface MonitorConfig extends FeedSettings {
  readonly alignment: Alignment;
  /** The slots that hold a symbol of the feed, where its lease does not say which. */
  readonly slots: readonly number[];
  /** How much later than real time the feed sends, in ms. */
  readonly delay: number;
  readonly stateTable: string;
  readonly leaseTable: string;
  readonly memoryTable: string;
  /** Absent where the service is left as it is. */
  readonly kept?: KeptService;
}

export function monitorConfigIn(env: Environment): MonitorConfig {
  const kept = keptService(env);
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
    ...(kept && { kept }),
  };
}

function keptService(env: Environment): KeptService | undefined {
  const purpose = 'names the service that sleeps while the market is closed, or prefers Spot';
  const service = env.text(monitorEnv.service, { purpose, fallback: '', otherwise: 'none' });
  if (service === '') return undefined;
  return {
    service,
    cluster: env.text(monitorEnv.cluster, { purpose: 'names the cluster of that service' }),
    tasks: env.parsed(monitorEnv.tasks, {
      purpose: 'is how many tasks it has while the market is open',
      takes: '1 or 2',
      fallback: 1,
      read: tasksIn,
    }),
    sleeps:
      env.text(monitorEnv.schedule, {
        purpose: 'says when it runs: always, or sessions',
        fallback: 'always',
      }) === 'sessions',
    spot:
      env.text(monitorEnv.capacity, {
        purpose: 'says what it runs on: on-demand, or spot',
        fallback: 'on-demand',
      }) === 'spot',
  };
}

function tasksIn(text: string): number {
  if (text !== '1' && text !== '2') throw new Error(`it is '${text}': use 1, or 2 with one that stands by`);
  return Number(text);
}
