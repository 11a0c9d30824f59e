/** Names of environment variables that all units share with the infrastructure that sets them. */

/** Days that the configuration knows better than the calendar's rules, as JSON. */
export const specialDaysVariable = 'SPECIAL_DAYS';
