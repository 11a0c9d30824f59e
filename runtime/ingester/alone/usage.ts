/** The help of an ingester that stands alone, made of its variables. */
import { variablesOf } from '../../platform/env.ts';
import { sinkNames } from '../../platform/sink-names.ts';
import { aloneConfigIn } from './config.ts';

export function usage(): string {
  const rows = variablesOf(aloneConfigIn).map(({ name, purpose, takes, fallback }) => {
    const standIn = fallback === undefined ? 'must be set' : `default ${fallback || 'none'}`;
    return `  ${name}\n      it ${purpose}: ${takes} (${standIn})`;
  });
  return [
    'Usage: npm run stream, with variables: POLYGON_API_KEY=… SINK=ndjson npm run -s stream',
    '',
    `Passes on what the vendor sends, to one or more of ${sinkNames.join(', ')}. It is told by variables alone:`,
    '',
    ...rows,
    '',
    '  -h, --help  this text',
    'SIGHUP opens files anew, SIGTERM and Ctrl-C end it when all is written.',
    'Exit codes: 0 ended by a person or a reader that has gone, 1 events that it had accepted are lost, 2 a variable is wrong',
    '',
  ].join('\n');
}
