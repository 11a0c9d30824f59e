/** The log: one JSON object a line on standard output, made in one way for container and functions. */
import { Logger } from '@aws-lambda-powertools/logger';
import { printable } from '../records/show.ts';
import { version } from './release-names.ts';
import type { LogLevel } from './settings.ts';

export type { Logger } from '@aws-lambda-powertools/logger';

/** More than anything that is worth a line, in characters. */
const LONGEST = 8_000;

/**
 * A logger whose lines carry the name of the unit that wrote them, and its release; what others say in them is printable and has an end.
 * The level comes from the variable `POWERTOOLS_LOG_LEVEL` (INFO when it is not set).
 */
export function loggerFor(unit: string): Logger {
  return new Logger({ serviceName: unit, persistentKeys: { release: version }, jsonReplacerFn: shown });
}

/** The same on standard error, where standard output is for something else. */
export function errorLoggerFor(unit: string, logLevel: LogLevel): Logger {
  return new ErrorLogger({ serviceName: unit, persistentKeys: { release: version }, logLevel });
}

class ErrorLogger extends Logger {
  override printLog(_level: number, log: { getAttributes(): unknown }): void {
    process.stderr.write(`${JSON.stringify(log.getAttributes(), shown)}\n`);
  }
}

function shown(name: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  // The stack's own lines are worth keeping.
  return name === 'stack'
    ? value
        .split('\n')
        .map(line => printable(line, LONGEST))
        .join('\n')
    : printable(value, LONGEST);
}
