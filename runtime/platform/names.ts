/** Names of environment variables that all units share with the infrastructure that sets them, and what they may say. */

/** Days that the configuration knows better than the calendar's rules, as JSON. */
export const specialDaysVariable = 'SPECIAL_DAYS';

/** How much the log says. The logger's library reads it by this name. */
export const logLevelVariable = 'POWERTOOLS_LOG_LEVEL';

/** From all lines to errors only. */
export const logLevels = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;
export type LogLevel = (typeof logLevels)[number];
