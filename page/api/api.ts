/** The routes of the query API that the page asks. */
import { readBars, readLatest, readSessions, readStatus, readSymbols } from './read.ts';
import { Route } from './route.ts';

/**
 * @param base what `/v1` stands below, without a slash at its end
 * @param limit nobody waits longer for an answer, ms
 */
export function apiAt(base: string, limit: number) {
  return {
    bars: new Route(`${base}/v1/bars`, readBars, limit),
    latest: new Route(`${base}/v1/latest`, readLatest, limit),
    symbols: new Route(`${base}/v1/symbols`, readSymbols, limit),
    sessions: new Route(`${base}/v1/sessions`, readSessions, limit),
    status: new Route(`${base}/v1/status`, readStatus, limit),
  };
}

export type Api = ReturnType<typeof apiAt>;
