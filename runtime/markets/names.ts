/** The choices an environment makes about bars, shared by the runtime and the infrastructure that passes them on. */

/** Every market Barflow knows. */
export const markets = ['stocks', 'crypto', 'futures'] as const;
export type Market = (typeof markets)[number];

/** `clock`: windows start at local midnight and on the hour. `session`: they restart at every session's open. */
export const alignments = ['clock', 'session'] as const;
export type Alignment = (typeof alignments)[number];

/** Whether the calendar has that day, `2027-03-05`: `Date` would take February 30 for March 2. */
export function isDate(text: string): boolean {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00Z`) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(`${text}T`);
}

/** What a symbol looks like: printable ASCII, without spaces; the longest real ones are option symbols of 21 characters. */
export const SYMBOL = /^[!-~]{1,64}$/;
