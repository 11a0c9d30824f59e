/** What the pipeline on this machine tells of one of its feeds. */
import * as v from 'valibot';
import { askedFeed, askedFeedWith, type Trait } from './asked-feed.ts';
import { askLocal } from './where.ts';

const streams = v.object({ minutes: v.string(), bars: v.string() });
const feed = {
  feed: v.optional(v.string(), ''),
  market: v.optional(v.string()),
  /** Name of its stream of events, where it has one. */
  events: v.optional(v.string()),
  /** Where its ingester answers, once it does. */
  ingester: v.optional(v.pipe(v.string(), v.url())),
};
const aws = { region: v.string(), kinesis: v.string() };

const feedSchema = v.object({ ...feed, streams: v.optional(streams) });

/** The only feed stands among the rest, several in a list. Before the pipeline has started, there is neither. */
const statusSchema = v.object({
  ...feed,
  aws: v.optional(v.object({ ...aws, streams: v.optional(streams) })),
  feeds: v.optional(v.array(feedSchema)),
  /** Whether a feed runs there. */
  watched: v.optional(v.boolean()),
});

type Told = v.InferOutput<typeof feedSchema>;

/** @param name of the feed; undefined for the only one. @param trait which it must have. @throws OperatorError when none answers on the port, or it has no such feed */
export async function localFeed(
  port: number,
  name: string | undefined,
  trait?: Pick<Trait<Told>, 'has' | 'lacks'>,
) {
  const { feeds, aws, watched, ...rest } = await askLocal(port, '/status', statusSchema);
  const only = { ...rest, ...(aws?.streams && { streams: aws.streams }) };
  const all: readonly Told[] = feeds ?? [only];
  // One that starts does not know its feeds.
  const isKnown = aws !== undefined || only.feed !== '';
  const [nameOf, whose] = [({ feed }: Told) => feed, `the pipeline on port ${port}`];
  const asked = () =>
    trait ? askedFeedWith(all, { nameOf, ...trait }, name, whose) : askedFeed(all, nameOf, name, whose);
  return { ...(isKnown ? asked() : only), aws, watched };
}
