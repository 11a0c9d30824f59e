/** Spans of time and names in words. */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `45 s`, `12 min`, `3 h 12 min`, `2 d 3 h`: two units at most, never more exact than it matters. */
export function span(ms: number): string {
  const rest = Math.max(0, ms);
  if (rest < MINUTE) return `${Math.round(rest / SECOND)} s`;
  if (rest < HOUR) return `${Math.floor(rest / MINUTE)} min`;
  if (rest < DAY) return pair(Math.floor(rest / HOUR), 'h', Math.floor((rest % HOUR) / MINUTE), 'min');
  return pair(Math.floor(rest / DAY), 'd', Math.floor((rest % DAY) / HOUR), 'h');
}

function pair(large: number, unit: string, small: number, part: string): string {
  return small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${part}`;
}

/** `1 alarm`, `2 alarms`, `2 stretches` */
export function count(number: number, what: string): string {
  return `${number.toLocaleString('en-US')} ${what}${number === 1 ? '' : what.endsWith('ch') ? 'es' : 's'}`;
}

/** `FeedDown` as `Feed down`; names that have spaces already stay as they are. */
export function alarmTitle(name: string): string {
  const words = name.replaceAll(
    /([a-z])([A-Z])/g,
    (_, before: string, after: string) => `${before} ${after.toLowerCase()}`,
  );
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Names that a line has room for. */
const LISTED = 5;

/** `FRC, SIVB`; of more than five names those and how many more: `… +7`. */
export function listText(names: readonly string[]): string {
  const others = names.length > LISTED ? ` +${names.length - LISTED}` : '';
  return `${names.slice(0, LISTED).join(', ')}${others}`;
}
