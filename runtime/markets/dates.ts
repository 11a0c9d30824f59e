/** Days and instants as people write them, and only those that the calendar has: `Date` by itself takes February 30 for March 2. */

/** Whether the calendar has that day, `2027-03-05`. */
export function isDate(text: string): boolean {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00Z`) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(`${text}T`);
}

/** ISO 8601 with a zone. */
const INSTANT = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

/** Epoch ms; undefined for text that names no instant. */
export function instantOf(text: string): number | undefined {
  const date = INSTANT.exec(text)?.[1];
  const at = date !== undefined && isDate(date) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}
