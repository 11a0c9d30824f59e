/** Where `npm run tail` begins. */
import type { From } from '../../kit/stream/index.ts';
import { instantOf } from '../../runtime/markets/dates.ts';
import { UsageError } from '../command-line/option-values.ts';

/** @throws UsageError for what is no place to begin */
export function fromOf(text = 'LATEST'): From {
  const named = text.toUpperCase();
  if (named === 'LATEST' || named === 'TRIM_HORIZON') return named;
  const at = instantOf(text);
  if (at !== undefined && at <= Date.now()) return new Date(at);
  throw new UsageError(
    `--from '${text}' is not allowed: use LATEST, TRIM_HORIZON, or an instant that is over, such as 2025-11-20T14:30:00Z`,
  );
}
