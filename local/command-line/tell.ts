/** Lines for a terminal: whatever a vendor, a file or a table says in them moves no cursor and rings no bell. */
import { inspect } from 'node:util';
import { printable } from '../../runtime/records/show.ts';

/** Text as a terminal may be sent it, line by line. */
export function terminalText(text: string): string {
  const lines = text.split('\n').map(line => printable(line, Number.POSITIVE_INFINITY));
  return lines.join('\n');
}

/** Says it on standard output. */
export function tell(text: string): void {
  console.log(terminalText(text));
}

/** Says on standard error what went wrong: a sentence, or all that is known of a fault of the program. */
export function complain(error: unknown): void {
  console.error(terminalText(typeof error === 'string' ? error : inspect(error)));
}
