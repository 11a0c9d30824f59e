/** The roll-up's configuration, read from its environment variables. */
import { type Market, markets } from '../bars/market.ts';
import type { ConfirmedDays } from '../bars/special-days.ts';
import { type Alignment, alignments } from '../bars/window.ts';
import { confirmedDaysIn } from '../platform/confirmed-days.ts';
import { readEnvironment } from '../platform/env.ts';
import { environmentVariable } from '../platform/metric-names.ts';
import { rollupEnv } from './names.ts';

export interface RollupConfig {
  /** Days that the calendar's rules do not know. */
  readonly confirmedDays: ConfirmedDays;
  /** Name of the environment, by which metrics are told apart. */
  readonly environment: string;
  readonly market: Market;
  readonly alignment: Alignment;
  readonly barsStream: string;
  readonly stateTable: string;
  readonly quarantineTable: string;
  readonly provisional: boolean;
}

/** @throws EnvironmentError that names every missing or wrong variable */
export function rollupConfig(variables: NodeJS.ProcessEnv): RollupConfig {
  return readEnvironment(variables, env => ({
    confirmedDays: confirmedDaysIn(env),
    environment: env.text(environmentVariable, { purpose: 'names the environment', fallback: 'local' }),
    market: env.oneOf(rollupEnv.market, {
      purpose: 'names the market whose calendar and sessions hold',
      fallback: 'stocks',
      allowed: markets,
    }),
    alignment: env.oneOf(rollupEnv.alignment, {
      purpose: 'says what windows are anchored at',
      fallback: 'clock',
      allowed: alignments,
    }),
    barsStream: env.text(rollupEnv.barsStream, { purpose: 'names the Kinesis stream that bars are put on' }),
    stateTable: env.text(rollupEnv.stateTable, { purpose: 'names the DynamoDB table of the slots’ logs' }),
    quarantineTable: env.text(rollupEnv.quarantineTable, {
      purpose: 'names the DynamoDB table for refused records',
    }),
    provisional:
      env.oneOf(rollupEnv.provisionalBars, {
        purpose: 'says whether open windows are emitted too',
        fallback: 'false',
        allowed: ['true', 'false'],
      }) === 'true',
  }));
}
