/** The monitor's configuration, read from its environment variables. */
import { type Market, markets } from '../bars/market.ts';
import { slots } from '../bars/slot.ts';
import type { ConfirmedDays } from '../bars/special-days.ts';
import { type Alignment, alignments } from '../bars/window.ts';
import { confirmedDaysIn } from '../platform/confirmed-days.ts';
import { readEnvironment } from '../platform/env.ts';
import { environmentVariable } from '../platform/metric-names.ts';
import { monitorEnv } from './names.ts';
import { slotsIn } from './slot-list.ts';

export interface MonitorConfig {
  /** Days that the calendar's rules do not know. */
  readonly confirmedDays: ConfirmedDays;
  /** Name of the environment, by which metrics are told apart. */
  readonly environment: string;
  readonly market: Market;
  readonly alignment: Alignment;
  /** The slots that hold a symbol of the feed, where its lease does not say which. */
  readonly slots: readonly number[];
  /** How much later than real time the feed sends, in ms. */
  readonly delay: number;
  readonly stateTable: string;
  readonly leaseTable: string;
  readonly memoryTable: string;
}

/** @throws EnvironmentError that names every missing or wrong variable */
export function monitorConfig(variables: NodeJS.ProcessEnv): MonitorConfig {
  return readEnvironment(variables, env => ({
    confirmedDays: confirmedDaysIn(env),
    environment: env.text(environmentVariable, { purpose: 'names the environment', fallback: 'local' }),
    market: env.oneOf(monitorEnv.market, {
      purpose: 'names the market whose calendar holds',
      fallback: 'stocks',
      allowed: markets,
    }),
    alignment: env.oneOf(monitorEnv.alignment, {
      purpose: 'says what windows are anchored at',
      fallback: 'clock',
      allowed: alignments,
    }),
    slots: env.parsed(monitorEnv.slots, {
      purpose: 'lists the slots that hold a symbol of the feed',
      fallback: slots,
      read: slotsIn,
    }),
    delay:
      1_000 *
      env.number(monitorEnv.feedDelaySeconds, {
        purpose: 'is how late the feed is',
        min: 0,
        max: 3_600,
        fallback: 0,
      }),
    stateTable: env.text(monitorEnv.stateTable, { purpose: 'names the table of the slots’ logs' }),
    leaseTable: env.text(monitorEnv.leaseTable, { purpose: 'names the table of the lease' }),
    memoryTable: env.text(monitorEnv.memoryTable, {
      purpose: 'names the table of what the monitor remembers',
    }),
  }));
}
