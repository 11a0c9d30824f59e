/** Below the list of symbols: those of which no bars are expected, where there are any, and why. */
import type { FeedStatus } from '../api/types.ts';
import { listText } from '../model/words.ts';
import type { Zone } from '../model/zone.ts';
import { found, mark, write } from './dom.ts';

export function showQuiet(feed: FeedStatus | undefined, zone: Zone): void {
  const { delisted = [], halted = [], now } = feed ?? {};
  showList('delisted', 'Delisted', delisted);
  const since = (at: number) =>
    now !== undefined && zone.date(at) === zone.date(now) ? zone.clock(at) : zone.date(at);
  showList(
    'halted',
    'Halted',
    halted.map(({ symbol, since: at }) => `${symbol} since ${since(at)}`),
  );
}

function showList(id: string, title: string, items: readonly string[]): void {
  const element = found(id, HTMLElement);
  element.hidden = items.length === 0;
  mark(element, 'title', items.join(', '));
  write(element, `${title}: ${listText(items)}`);
}
