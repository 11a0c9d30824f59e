/** The vendor's hosts, as `--host` and `--delay` name them. */
import type { Market } from '../../runtime/markets/names.ts';
import { UsageError, wholeOf } from '../command-line/option-values.ts';

export interface LiveHost {
  /** Host, and on this machine its port. */
  readonly host: string;
  /** How late it sends, s. */
  readonly delaySeconds: number;
}

const REAL_TIME = 'socket.massive.com';
const LONGEST_DELAY = 3_600;

/** @throws UsageError for what is no host, or a delay that is none */
export function liveHostOf(host: string | undefined, delay: string | undefined, market: Market): LiveHost {
  const name = host ?? REAL_TIME;
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?$/i.test(name))
    throw new UsageError(
      `--host '${name}' is no host: use a name without scheme and path, such as delayed.massive.com or business.massive.com`,
    );
  // What the vendor says of its delayed hosts.
  const fallback = /^delayed\b/i.test(name) ? (market === 'futures' ? 600 : 900) : 0;
  return { host: name, delaySeconds: wholeOf('delay', delay, { fallback, min: 0, max: LONGEST_DELAY }) };
}

/** The address of the market's socket. The key goes along: it leaves this machine only encrypted. */
export function socketUrl({ host }: LiveHost, market: Market): string {
  const isHere = /^(localhost|127(\.\d+){3})(:\d+)?$/.test(host);
  return `${isHere ? 'ws' : 'wss'}://${host}/${market}`;
}

/** The host that sends the same later. */
export function delayedForm(host: string): string {
  if (/^delayed\b/i.test(host)) return host;
  return host.startsWith('socket.') ? host.replace('socket.', 'delayed.') : `delayed-${host}`;
}
