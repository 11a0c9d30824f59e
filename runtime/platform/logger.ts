/** The log: one JSON object a line on standard output, made in one way for container and functions. */
import { Logger } from '@aws-lambda-powertools/logger';
import { printable } from '../records/show.ts';
import { version } from './release-names.ts';

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
