/** An address to listen on, as `127.0.0.1:9898` or `[::1]:9898`. */
import { isIP } from 'node:net';

export interface MetricsAddress {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
}

/** @throws RangeError for what is none */
export function metricsAddress(text: string): MetricsAddress {
  const [, inBrackets, plain, digits = ''] = /^(?:\[(.+)\]|([^:]+)):(\d{1,5})$/.exec(text.trim()) ?? [];
  const host = inBrackets ?? plain ?? '';
  const port = Number(digits);
  if (isIP(host) !== 0 && port <= 65_535) return { host, port };
  throw new RangeError(
    `'${text}' is no IP address with a port: use 127.0.0.1:9898, or 0.0.0.0:9898 for everybody`,
  );
}
