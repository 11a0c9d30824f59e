/** Instants as people write them: ISO 8601 with a zone, and only days that the calendar has. */
import { isDate } from './names.ts';

const FORM = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

/** Epoch ms; undefined for text that names no instant. `Date` by itself would take February 30 for March 2. */
export function instantOf(text: string): number | undefined {
  const date = FORM.exec(text)?.[1];
  const at = date !== undefined && isDate(date) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}
