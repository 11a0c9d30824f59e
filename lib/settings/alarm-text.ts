/** What every alarm says of itself: what it means, what to do first, and where to read on. */
import type { Environment } from './environment.ts';
import { runbookSection } from './names.ts';

/** What every alarm tells whoever it wakes. */
export interface AlarmWords {
  /** What it means, in a sentence. */
  readonly means: string;
  /** What to do first, in a sentence. */
  readonly first: string;
}

/** The description of the alarm `id`. */
export function alarmDescription(
  { runbookUrl = 'docs/runbook.md' }: Environment,
  id: string,
  words: AlarmWords,
) {
  return `${words.means} First: ${words.first} Runbook: ${runbookUrl}#${runbookSection(id)}`;
}
