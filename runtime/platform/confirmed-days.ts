/** The variable by which every unit learns of days that the configuration knows better than the calendar's rules. */
import { type ConfirmedDays, confirmedDaysOf } from '../bars/special-days.ts';
import type { Environment } from './env.ts';
import { specialDaysVariable } from './names.ts';

export function confirmedDaysIn(env: Environment): ConfirmedDays {
  return env.parsed<ConfirmedDays>(specialDaysVariable, {
    purpose: 'names days that the calendar does not know',
    fallback: {},
    read: confirmedDaysOf,
  });
}
