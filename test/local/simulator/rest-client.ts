/** Asks the simulated vendor's REST as a client would. */
import type { Vendor } from '../../../local/simulator/vendor.ts';
import { MINUTE, OPEN } from './fixture.ts';

export const at = (n: number) => OPEN + n * MINUTE;

export interface Body {
  readonly status: string;
  readonly error?: string;
  readonly results?: readonly { readonly t: number; readonly v: number; readonly ticker: string }[];
  readonly count?: number;
  readonly next_url?: string;
  readonly serverTime?: string;
}

export const KEY = { authorization: 'Bearer key' };

export async function get<T = Body>(vendor: Vendor, path: string, headers: Record<string, string> = KEY) {
  const response = await fetch(path.startsWith('http') ? path : `${vendor.restUrl}${path}`, { headers });
  const body: T = JSON.parse(await response.text());
  return { status: response.status, body };
}

/** All pages of an address, by following `next_url`. */
export async function pages(vendor: Vendor, path: string) {
  const found: Body[] = [];
  for (let next: string | undefined = path; next !== undefined; ) {
    const { body }: { body: Body } = await get(vendor, next);
    found.push(body);
    next = body.next_url;
  }
  return found;
}

export const starts = (body: Body) => (body.results ?? []).map(({ t }) => (t - OPEN) / MINUTE);
export const range = (symbol: string, from: number, to: number, span = '1/minute') =>
  `/v2/aggs/ticker/${symbol}/range/${span}/${from}/${to}`;
