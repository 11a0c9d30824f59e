/** Reads `--fault LIST`: which faults the simulated vendor has, from when on and for how long. */
import { MINUTE } from '../../runtime/markets/timeframe.ts';
import { UsageError } from '../command-line/option-values.ts';
import { type Fault, faults, isFault, rehearsals } from '../simulator/rehearsals.ts';

export interface PlannedFault {
  readonly fault: Fault;
  /** Whose vendor has it. @default that of every feed */
  readonly feed?: string;
  /** Event time after the first minute at which it begins, ms. */
  readonly after: number;
  /** Event time after which it ends, ms. @default it stands to the end; absent for what happens once */
  readonly lasts?: number;
}

/** Alarms are judged ten minutes after the start, and one sees first what it is like when all is well; ms. */
const DEFAULT_AFTER = 15 * MINUTE;
const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: MINUTE, h: 60 * MINUTE };
const FORM = /^(?:([^:]*):)?([^:@+]*)(?:@(\d+)([smh]))?(?:\+(\d+)([smh]))?$/;

/** @param list names with an optional start and duration, `down@10m+5m,drop`. @throws UsageError */
export function faultPlanOf(list: string): PlannedFault[] {
  return list.split(',').map(plannedFaultOf);
}

function plannedFaultOf(text: string): PlannedFault {
  const [, feed, name, after, afterUnit, lasts, lastsUnit] = FORM.exec(text) ?? [];
  if (name === undefined)
    throw new UsageError(
      `--fault '${text}' is not understood: use NAME, NAME@START, NAME+LENGTH or NAME@START+LENGTH, with times such as 90s, 10m or 2h of event time, and FEED: before it for one of several feeds`,
    );
  if (!isFault(name)) throw new UsageError(`--fault '${name}' is unknown: use some of ${faults.join(', ')}`);
  if (lasts !== undefined && rehearsals[name].isOnce)
    throw new UsageError(`--fault '${text}': ${name} happens once and takes no length: use ${name}@START`);
  if (lasts !== undefined && Number(lasts) === 0)
    throw new UsageError(`--fault '${text}' would end as it begins: give it a length above 0`);
  return {
    fault: name,
    ...(feed !== undefined && { feed }),
    after: after === undefined ? DEFAULT_AFTER : span(after, afterUnit),
    ...(lasts === undefined ? {} : { lasts: span(lasts, lastsUnit) }),
  };
}

function span(count: string, unit = ''): number {
  return Number(count) * (UNITS[unit] ?? Number.NaN);
}
