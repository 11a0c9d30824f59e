/** The help of an ingester that stands alone, made of its variables. */
import { variablesOf } from '../../platform/env.ts';
import { aloneConfigIn } from './config.ts';

export function usage(): string {
  const rows = variablesOf(aloneConfigIn).map(({ name, purpose, takes, fallback }) => {
    const standIn = fallback === undefined ? 'must be set' : `default ${fallback || 'none'}`;
    return `  ${name}\n      it ${purpose}: ${takes} (${standIn})`;
  });
  return [
    'usage: POLYGON_API_KEY=… SINK=ndjson npm run stream',
    '',
    'Passes on what the vendor sends, to standard output or files, without AWS. It is told by variables:',
    '',
    ...rows,
    '',
    'SIGHUP opens files anew, SIGTERM and Ctrl-C end it when all is written.',
    'It ends with 0, with 1 when events that it had accepted are lost, with 2 when a variable is wrong.',
    '',
  ].join('\n');
}
