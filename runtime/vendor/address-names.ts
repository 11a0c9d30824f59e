/** Where the vendor is: hosts and addresses of its sockets and its REST, and how late what it delays comes. */
import type { Market } from '../markets/names.ts';

export const REST_URL = 'https://api.massive.com';
/** Sends in real time. */
export const REAL_TIME_HOST = 'socket.massive.com';

const DELAYED = /^delayed\b/i;
const THIS_MACHINE = /^(localhost|127(\.\d+){3})(:\d+)?$/;

/** The address of a market's socket. The key goes along: it leaves this machine only encrypted. */
export function socketUrl(host: string, market: Market): string {
  return `${THIS_MACHINE.test(host) ? 'ws' : 'wss'}://${host}/${market}`;
}

/** The host that sends the same later. */
export function delayedForm(host: string): string {
  if (DELAYED.test(host)) return host;
  return host.startsWith('socket.') ? host.replace('socket.', 'delayed.') : `delayed-${host}`;
}

/** How late (ms) a host sends, as its name tells. */
export function hostDelay(host: string, market: Market): number {
  return DELAYED.test(host) ? planDelay(market) : 0;
}

/** How late (ms) the vendor's delayed plans are. */
export function planDelay(market: Market): number {
  return market === 'futures' ? 600_000 : 900_000;
}
