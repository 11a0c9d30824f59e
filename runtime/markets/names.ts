/** The choices an environment makes about bars, shared by the runtime and the infrastructure that passes them on. */

/** Every market Barflow knows. */
export const markets = ['stocks', 'crypto', 'futures', 'options', 'forex', 'indices'] as const;
export type Market = (typeof markets)[number];

/** `clock`: windows start at local midnight and on the hour. `session`: they restart at every session's open. */
export const alignments = ['clock', 'session'] as const;
export type Alignment = (typeof alignments)[number];

/** What a symbol looks like: printable ASCII, without spaces; the longest real ones are option symbols of 21 characters. */
export const SYMBOL = /^[!-~]{1,64}$/;
