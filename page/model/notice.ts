/** What the page says about itself where bars would be, or above them: what is true, and what comes next. */
import type { FeedStatus } from '../api/types.ts';
import type { ServerHealth } from './server-health.ts';
import { span } from './words.ts';
import type { Zone } from './zone.ts';

export interface Situation {
  readonly server: ServerHealth;
  /** Absent until the first status. */
  readonly feed: FeedStatus | undefined;
  /** Symbols known of the feed; absent until the first answer. */
  readonly symbols: number | undefined;
  readonly symbol: string | undefined;
  readonly timeframe: string;
  /** Bars on the chart; absent until the first answer. */
  readonly bars: number | undefined;
  /** Why the API does not answer this question. */
  readonly refusal: string | undefined;
  readonly exchange: Zone;
  /** The clock of this machine. */
  readonly localZone: Zone;
}

export interface Notice {
  /** In place of the bars, or above them. */
  readonly place: 'middle' | 'top';
  /** `waiting` shows only after a moment, for most waits are over by then. */
  readonly tone: 'calm' | 'waiting' | 'warning';
  readonly title: string;
  readonly text: string;
}

/** In an open market the last complete minute is usually 5 to 65 s old. */
const LATE_SECONDS = 150;

/** The one thing to know first; undefined when all is well. */
export function noticeOf(situation: Situation): Notice | undefined {
  const { server, bars, refusal } = situation;
  const trouble = server.reason === undefined ? undefined : `${server.reason}. Trying again by itself.`;
  if (refusal !== undefined) return middle('No such bars', `${refusal}`, 'warning');
  if (bars === undefined || (bars === 0 && trouble !== undefined))
    return trouble === undefined ? waiting(situation) : middle('No answer yet', trouble, 'warning');
  if (bars === 0) return empty(situation);
  if (trouble !== undefined)
    return top(server.state === 'down' ? 'Not live' : 'Reconnecting', since(situation), 'warning');
  return aboutTheFeed(situation);
}

function waiting({ symbols, symbol, timeframe, feed }: Situation): Notice {
  if (symbols === 0 && feed) return middle('No bars yet', nextBars(feed));
  return middle(
    'Loading',
    symbol === undefined ? 'Looking for symbols.' : `${timeframe} bars of ${symbol}.`,
    'waiting',
  );
}

function empty({ symbol, timeframe, feed }: Situation): Notice {
  return middle(`No ${timeframe} bars of ${symbol ?? 'anything'} yet`, feed ? nextBars(feed) : '');
}

function nextBars({ isOpen, nextChange, now }: FeedStatus): string {
  if (isOpen) return 'The first one appears as soon as it trades.';
  return nextChange === undefined
    ? 'The market is closed.'
    : `The market is closed and opens in ${span(nextChange - now)}.`;
}

function since({ server, localZone }: Situation): string {
  const seen =
    server.heardAt === undefined
      ? ''
      : ` What is shown is from ${localZone.clockWithSeconds(server.heardAt)}.`;
  return `${server.reason}. Trying again by itself.${seen}`;
}

function aboutTheFeed({ feed, exchange }: Situation): Notice | undefined {
  if (feed === undefined) return undefined;
  const { isOpen, connection, lagSeconds = 0, watermark, now, nextChange } = feed;
  if (connection === 'none') {
    const newest = watermark === undefined ? '' : `, up to ${exchange.day(watermark, now)}`;
    return top(
      'No feed',
      `Nothing connects to the vendor here. What was imported is shown${newest}.`,
      'calm',
    );
  }
  const complete = watermark === undefined ? '' : ` Complete through ${exchange.clock(watermark)}.`;
  if (isOpen && connection === 'down')
    return top(
      'Feed down',
      `No minutes come from the vendor; bars go on by themselves once it is back.${complete}`,
      'warning',
    );
  if (isOpen && lagSeconds > LATE_SECONDS)
    return top('Late', `Bars are ${span(lagSeconds * 1_000)} behind.${complete}`, 'warning');
  if (isOpen) return undefined;
  const opens =
    nextChange === undefined
      ? 'The last session is shown.'
      : `Opens in ${span(nextChange - now)} (${exchange.day(nextChange, now)} ${exchange.clock(nextChange)}); the last session is shown.`;
  return top('Market closed', opens, 'calm');
}

function middle(title: string, text: string, tone: Notice['tone'] = 'calm'): Notice {
  return { place: 'middle', tone, title, text };
}

function top(title: string, text: string, tone: Notice['tone']): Notice {
  return { place: 'top', tone, title, text };
}
