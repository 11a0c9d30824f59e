/** The vendor's hosts, as `--host` and `--delay` name them. */
import type { Market } from '../../runtime/markets/names.ts';
import { hostDelay, REAL_TIME_HOST } from '../../runtime/vendor/address-names.ts';
import { UsageError, wholeOf } from '../command-line/option-values.ts';

export interface LiveHost {
  /** Host, and on this machine its port. */
  readonly host: string;
  /** How late it sends, s. */
  readonly delaySeconds: number;
}

const LONGEST_DELAY = 3_600;

/** @throws UsageError for what is no host, or a delay that is none */
export function liveHostOf(host: string | undefined, delay: string | undefined, market: Market): LiveHost {
  const name = host ?? REAL_TIME_HOST;
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?$/i.test(name))
    throw new UsageError(
      `--host '${name}' is no host: use a name without scheme and path, such as delayed.massive.com or business.massive.com`,
    );
  const fallback = hostDelay(name, market) / 1_000;
  return { host: name, delaySeconds: wholeOf('delay', delay, { fallback, min: 0, max: LONGEST_DELAY }) };
}
