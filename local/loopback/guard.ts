/** Tells this machine's own programs and pages from what a page of somebody else's lets a browser send here. */

/** What a request says about where it is meant to go and whose page sends it. */
export interface Claims {
  /** The `Host` header, or HTTP/2's `:authority`. */
  readonly host: string | undefined;
  readonly origin: string | undefined;
}

/** Names of this machine that no name server is asked for: any other may be made to mean it. */
const OWN = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;

/** What is wrong with a request that is not of this machine, and what is allowed; undefined for one that is. */
export function foreign({ host, origin }: Claims): string | undefined {
  if (host === undefined || !OWN.test(host))
    return `host '${host ?? ''}' is not this machine: use 127.0.0.1 or localhost`;
  if (origin === undefined || origin.toLowerCase() === `http://${host.toLowerCase()}`) return undefined;
  return `origin '${origin}' is another's: only pages from http://${host} may ask here`;
}
