/** The log: one JSON object a line on standard output, made in one way for container and functions. */
import { Logger } from '@aws-lambda-powertools/logger';

export type { Logger } from '@aws-lambda-powertools/logger';

/**
 * A logger whose lines carry the name of the unit that wrote them.
 * The level comes from the variable `POWERTOOLS_LOG_LEVEL` (INFO when it is not set).
 */
export function loggerFor(unit: string): Logger {
  return new Logger({ serviceName: unit });
}
