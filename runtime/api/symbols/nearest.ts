/** What is said of a symbol that nobody has ever seen: that, and which ones are spelled nearly like it. */

import { show } from '../../records/show.ts';
import { slotOf } from '../../records/slot.ts';
import type { Feed } from '../feed/feed.ts';
import { Problem } from '../http/problem.ts';

/** Symbols that are looked at for each beginning. */
const LOOKED_AT = 500;
const SHOWN = 5;
/** Changed, missing or surplus characters: with more a name is another name. */
const FURTHEST = 2;

/** @returns undefined for a symbol that is known: it has no bar in the range that was asked for. @param at now, epoch ms of event time */
export async function unknownSymbol(
  feed: Feed,
  symbol: string,
  at: number,
  signal: AbortSignal,
): Promise<Problem | undefined> {
  const { known } = await feed.symbols.read([symbol], signal);
  if (known.length > 0 || (await isInNewestBlock(feed, symbol, at, signal))) return undefined;
  const nearest = await nearestTo(feed, symbol, signal);
  const hint = nearest.length > 0 ? `: did you mean ${nearest.join(' or ')}?` : ': GET /v1/symbols lists all';
  return new Problem(404, `feed '${feed.config.feed}' has no symbol ${show(symbol)}${hint}`, {
    parameter: 'symbols',
    nearest,
  });
}

/** A new symbol is in no list before its first window is finished. */
async function isInNewestBlock(
  feed: Feed,
  symbol: string,
  at: number,
  signal: AbortSignal,
): Promise<boolean> {
  const { block } = await feed.slots.newest(slotOf(symbol), at);
  if (block === undefined) return false;
  const logged = await feed.blocks.get(slotOf(symbol), feed.windows.blockOf(block), signal);
  return [...logged.symbols()].includes(symbol);
}

async function nearestTo(feed: Feed, symbol: string, signal: AbortSignal): Promise<string[]> {
  const upper = symbol.toUpperCase();
  const beginnings = new Set([symbol, upper].flatMap(text => [text.slice(0, 2), text.slice(0, 1)]));
  const pages = await Promise.all(
    [...beginnings].map(prefix => feed.symbols.list({ prefix, limit: LOOKED_AT }, signal)),
  );
  const names = new Set(pages.flatMap(({ symbols }) => symbols.map(each => each.symbol)));
  return [...names]
    .map(name => ({ name, distance: distanceOf(upper, name.toUpperCase()) }))
    .filter(({ distance }) => distance <= FURTHEST)
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, SHOWN)
    .map(({ name }) => name);
}

/** Levenshtein's distance. */
function distanceOf(one: string, other: string): number {
  let before = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [row, character] of [...one].entries()) {
    const now = [row + 1];
    for (const [column, its] of [...other].entries())
      now.push(
        Math.min(
          (now[column] ?? 0) + 1,
          (before[column + 1] ?? 0) + 1,
          (before[column] ?? 0) + (its === character ? 0 : 1),
        ),
      );
    before = now;
  }
  return before[other.length] ?? 0;
}
