/** The strip: how the feed and the server stand, in one line. */
import type { Alarm, FeedStatus } from '../api/types.ts';
import { tallyText } from '../model/numbers.ts';
import type { ServerHealth } from '../model/server-health.ts';
import { alarmTitle, span } from '../model/words.ts';
import type { Zone } from '../model/zone.ts';
import { found, made, mark, write } from './dom.ts';

export interface StripInput {
  readonly server: ServerHealth;
  readonly feeds: readonly FeedStatus[];
  readonly feed: FeedStatus | undefined;
  readonly zone: Zone;
}

const SERVER = {
  starting: 'Connecting',
  live: 'Live',
  reconnecting: 'Reconnecting',
  down: 'Server down',
} as const;
const FEED = { live: 'Live', reconnecting: 'Feed reconnecting', down: 'Feed down', none: 'No feed' } as const;

export class Strip {
  readonly #connection = found('connection', HTMLElement);
  readonly #connectionText = found('connection-text', HTMLElement);
  readonly #feed = found('feed', HTMLSelectElement);
  readonly #alarms = found('alarms', HTMLDetailsElement);
  readonly #alarmsTitle = found('alarms-title', HTMLElement);
  readonly #alarmList = found('alarm-list', HTMLElement);
  readonly #runbook: string;
  #shownAlarms = '';

  /** @param runbook address of the runbook, without an anchor */
  constructor(runbook: string, onFeed: (feed: string) => void) {
    this.#runbook = runbook;
    this.#feed.addEventListener('change', () => onFeed(this.#feed.value));
  }

  show({ server, feeds, feed, zone }: StripInput): void {
    const { state, text, why } = connectionOf(server, feed);
    mark(this.#connection, 'data-state', state);
    mark(this.#connection, 'title', why);
    write(this.#connectionText, text);
    this.#showFeeds(feeds, feed);
    this.#showFacts(feed, zone);
    this.#showAlarms(feed, zone);
  }

  #showFeeds(feeds: readonly FeedStatus[], feed: FeedStatus | undefined): void {
    const names = feeds.map(each => each.feed);
    const isSame =
      names.length === this.#feed.options.length &&
      names.every((name, n) => name === this.#feed.options[n]?.value);
    if (!isSame) this.#feed.replaceChildren(...names.map(name => made('option', { value: name }, name)));
    this.#feed.hidden = names.length === 0;
    if (feed && this.#feed.value !== feed.feed) this.#feed.value = feed.feed;
  }

  #showFacts(feed: FeedStatus | undefined, zone: Zone): void {
    const number = (value: number | undefined) => (value === undefined ? '–' : tallyText(value));
    const facts: Readonly<Record<string, string>> = {
      session: feed ? (feed.isOpen ? feed.session : 'closed') : '–',
      next: feed ? nextText(feed) : '',
      time: feed ? zone.clockWithSeconds(feed.now) : '–',
      zone: feed ? zone.labelAt(feed.now) : '',
      lag: feed?.lagSeconds === undefined ? '–' : span(feed.lagSeconds * 1_000),
      minutes: number(feed?.minutesPerMinute),
      bars: number(feed?.barsPerMinute),
      uncovered: number(feed?.uncoveredToday),
      quarantined: number(feed?.quarantinedToday),
    };
    for (const [name, text] of Object.entries(facts)) write(found(`fact-${name}`, HTMLElement), text);
    for (const name of ['uncovered', 'quarantined'])
      mark(found(`fact-${name}`, HTMLElement), 'data-some', /[1-9]/.test(facts[name] ?? '') ? '' : undefined);
  }

  #showAlarms(feed: FeedStatus | undefined, zone: Zone): void {
    const alarms = feed?.alarms ?? [];
    const shown = JSON.stringify([alarms, zone.name]);
    if (shown === this.#shownAlarms) return;
    this.#shownAlarms = shown;
    this.#alarms.hidden = alarms.length === 0;
    if (alarms.length === 0) this.#alarms.open = false;
    const [first] = alarms;
    const others = alarms.length > 1 ? ` +${alarms.length - 1}` : '';
    write(this.#alarmsTitle, first ? `${alarmTitle(first.name)}${others}` : '');
    this.#alarmList.replaceChildren(...alarms.map(alarm => this.#alarm(alarm, zone)));
  }

  #alarm({ name, since, runbook }: Alarm, zone: Zone): HTMLElement {
    const anchor = runbook.startsWith('#') ? runbook : '';
    const link = made(
      'a',
      { href: `${this.#runbook}${anchor}`, target: '_blank', rel: 'noopener' },
      'Runbook',
    );
    link.setAttribute('aria-label', `Runbook: ${alarmTitle(name)}`);
    return made(
      'li',
      {},
      made('strong', {}, alarmTitle(name)),
      made('span', {}, `since ${zone.clock(since)}`),
      link,
    );
  }
}

/** The server comes first: without it nothing is known of the feed. */
function connectionOf(server: ServerHealth, feed: FeedStatus | undefined) {
  if (server.state !== 'live' || feed === undefined)
    return { state: server.state, text: SERVER[server.state], why: server.reason };
  const { connection: state } = feed;
  return { state, text: FEED[state], why: undefined };
}

function nextText({ isOpen, nextChange, nextSession, now }: FeedStatus): string {
  if (nextChange === undefined) return '';
  return ` · ${nextSession ?? (isOpen ? 'closed' : 'open')} in ${span(nextChange - now)}`;
}
