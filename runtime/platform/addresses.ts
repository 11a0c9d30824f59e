/** Addresses as variables give them. */
import { isIP } from 'node:net';

/** @throws RangeError for what is none */
export function ipAddress(text: string): string {
  if (isIP(text) === 0)
    throw new RangeError(
      `'${text}' is not an address: use 127.0.0.1 for this machine, 0.0.0.0 for everybody`,
    );
  return text;
}

/** @throws RangeError for what is none, or would send the key in plain text */
export function httpUrl(text: string): string {
  return vendorUrl(text, 'http', 'is not the address of a REST service: use https://<host>');
}

/** @throws RangeError for what is none, or would send the key in plain text */
export function webSocketUrl(text: string): string {
  return vendorUrl(text, 'ws', 'is not the address of a WebSocket: use wss://<host>/<market>');
}

/** The key goes along: it leaves this machine only encrypted. */
function vendorUrl(text: string, scheme: string, fault: string): string {
  const { protocol, hostname } = URL.canParse(text) ? new URL(text) : { protocol: '', hostname: '' };
  const isHere = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  if (protocol === `${scheme}s:` || (protocol === `${scheme}:` && isHere)) return text;
  if (protocol !== `${scheme}:`) throw new RangeError(`'${text}' ${fault}`);
  throw new RangeError(`'${text}' would send the key in plain text: use ${scheme}s://${hostname}`);
}
