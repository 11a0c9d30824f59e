/** What makes a feed's settings unusable: each by itself, as the table has it, and what does not go together. */
import { Duration } from 'aws-cdk-lib/core';
import type { Feed } from './environment.ts';
import { durationFaults, fault, isObject, isText, unknownFaults } from './fault.ts';
import { type FeedWithDefaults, withFeedDefaults } from './feed-defaults.ts';
import { feedSettings } from './feed-settings.ts';
import { followedSymbols, isByChannel } from './feed-symbols.ts';
import { feedId, feedName, takenIds } from './names.ts';
import { togetherFaults } from './together-faults.ts';

/**
 * @param path where the feed stands in the environment, such as `feeds[1]`
 * @param earlier the feeds before it
 */
export function* feedFaults(path: string, feed: Feed, earlier: readonly Feed[]): Generator<string> {
  if (!isObject(feed)) return yield fault(path, feed, 'the settings of a feed');
  yield* unknownFaults(path, feed, Object.keys(feedSettings));
  const { symbols, channels } = feed;
  const filled = withFeedDefaults(usable(feed));
  // As they were spelt: faults name what stands there.
  const faults = [
    ...settingFaults(path, {
      ...filled,
      symbols,
      ...(channels && { channels }),
      reconcile: feed.reconcile === undefined ? [] : feed.reconcile,
    }),
  ];
  yield* faults;
  const followed = followedSymbols(filled);
  if (followed !== '*' && followed.length > filled.symbolLimit)
    yield `${path}.symbols are ${followed.length}: use at most ${filled.symbolLimit}, which is the symbolLimit`;
  if (!faults.some(text => text.startsWith(`${path}.reconcile`)))
    yield* strangerFaults(`${path}.reconcile`, filled);
  if (faults.length === 0) yield* togetherFaults(path, filled, feed);
  if (isText(filled.host, /^delayed\b/) && feed.delay === undefined)
    yield fault(
      `${path}.delay`,
      undefined,
      `how late '${filled.host}' sends: Duration.minutes(15) for stocks`,
    );
  yield* otherFaults(path, feed, earlier.filter(isObject));
}

/** Without lists that are none, which are told of by themselves. */
function usable(feed: Feed): Feed {
  const { symbols, channels, ...others } = feed;
  const lists = isByChannel(symbols) ? Object.values(symbols) : [symbols];
  const areLists = lists.every(list => list === '*' || Array.isArray(list));
  return {
    ...others,
    symbols: areLists ? symbols : '*',
    ...(Array.isArray(channels) && { channels }),
  };
}

function* settingFaults(path: string, feed: Feed): Generator<string> {
  const values: Readonly<Record<string, unknown>> = { ...feed };
  for (const [name, row] of Object.entries(feedSettings)) {
    const [at, got] = [`${path}.${name}`, values[name]];
    if ('unit' in row)
      yield* durationFaults(at, got, {
        min: Duration.seconds(row.min),
        max: Duration.seconds(row.max),
        unit: Duration.seconds(1),
      });
    else yield* row.faults(at, got, feed.market);
  }
}

/** What is compared has to be subscribed to; a list that is kept elsewhere nobody knows here. */
function* strangerFaults(path: string, feed: FeedWithDefaults): Generator<string> {
  const { symbolSource, reconcile } = feed;
  const symbols = followedSymbols(feed);
  if (symbols === '*' || symbolSource !== undefined) return;
  for (const symbol of reconcile)
    if (!symbols.includes(symbol)) yield fault(path, symbol, 'tickers that are among the symbols');
}

/** The vendor counts connections by key, host and market; everything that is a feed's is called by its name. */
function* otherFaults(path: string, feed: Feed, earlier: readonly Feed[]): Generator<string> {
  const connection = ({ market, host, apiKeySecret }: Feed) =>
    JSON.stringify([market, host ?? feedSettings.host.fallback, apiKeySecret]);
  const same = earlier.findIndex(other => connection(other) === connection(feed));
  const named = earlier.findIndex(other => feedName(other) === feedName(feed));
  if (same >= 0)
    yield `${path} has market, host and key of feeds[${same}]: use another host or key, for the vendor allows one connection to each, or one feed for both`;
  else if (named >= 0)
    yield fault(
      `${path}.name`,
      feed.name,
      `a name that no other feed has, such as '${feed.market}-second', for feeds[${named}] is '${feedName(feed)}' already`,
    );
  else if (isText(feed.name, /./) && takenIds.includes(feedId(feed)))
    yield fault(
      `${path}.name`,
      feed.name,
      `another name, such as '${feed.market}-second': a part of the stacks is called so`,
    );
}
