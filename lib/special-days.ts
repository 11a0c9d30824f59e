/** Tells a unit of the days that the configuration knows better than the calendar's rules. */
import { specialDaysVariable } from '../runtime/platform/names.ts';
import type { Feed } from './environment.ts';

/** The variable for it; none when there are no such days. */
export function specialDaysOf({ specialDays = {} }: Feed): Record<string, string> {
  return Object.keys(specialDays).length === 0 ? {} : { [specialDaysVariable]: JSON.stringify(specialDays) };
}
