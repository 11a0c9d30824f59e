/** `npm start`, with the simulated vendor: made-up markets or a file, over real sockets, through the ingesters. */
import { setTimeout as pause } from 'node:timers/promises';
import { MINUTE } from '../../runtime/markets/timeframe.ts';
import { EventClock } from '../../runtime/platform/clock.ts';
import { slotOf } from '../../runtime/records/slot.ts';
import type { Engine } from '../engine/engine.ts';
import { FASTEST_WATCHED } from '../operate/local-operator.ts';
import { Player } from '../simulator/player.ts';
import type { Vendor } from '../simulator/vendor.ts';
import { EventPace, type Follower, nobody } from './event-pace.ts';
import { hearKeys } from './heard-keys.ts';
import type { Options } from './options.ts';
import { sayOutcome } from './outcome.ts';
import type { Pipeline } from './pipeline.ts';
import { FollowedFeed, PlayedFeed } from './played-feed.ts';
import { minutesOf, programsOf } from './program.ts';
import type { Run, Session } from './session.ts';

/** How often a condition is looked at (wall ms). */
const LOOK = 50;
/** Below so much of the speed that was asked for a machine is said not to follow. */
const SLOW = 0.8;
/** Event ms after which a record is rolled up, or event time waits for it. */
const LATEST = 1.5 * MINUTE;

/** @throws FlatFileError or UsageError when there is nothing to play */
export async function planSimulation(options: Options): Promise<Run> {
  const { feeds } = options;
  const programs = await programsOf(options);
  const played = programs.flatMap((program, n) => {
    const chosen = feeds[n];
    return chosen ? new PlayedFeed(chosen, program, options) : [];
  });
  return session => play(played, options, session);
}

async function play(feeds: readonly PlayedFeed[], options: Options, session: Session): Promise<number> {
  const { speed, faults = [] } = options;
  const { display, progress, signal } = session;
  for (const { program } of feeds) for (const line of program.summaries ?? []) display.say(line);
  const first = Math.min(...feeds.map(({ program, delay }) => program.from + delay));
  const clock = new EventClock({ now: Math.min(first, ...feeds.map(({ start }) => start)), speed: 0 });
  progress.eventTime = () => clock.now();

  const listening = Promise.withResolvers<void>();
  let following: readonly FollowedFeed[] = [];
  let follower: Follower = nobody;
  const settled = async (now: number) => {
    await Promise.all(following.map(feed => feed.settled(now)));
  };
  const bars = feeds.reduce((sum, { size }) => sum + size, 0);
  const pace = new EventPace({ clock, speed, bars, follower: () => follower });
  const player = new Player({ clock, ready: listening.promise, leap: true, settle: settled, pace });
  await using open = new AsyncDisposableStack();
  const vendors: Vendor[] = [];
  for (const feed of feeds) {
    const vendor = await feed.startVendor(clock, player);
    open.defer(() => vendor.close());
    vendors.push(vendor);
  }
  const started = feeds.flatMap((feed, n) => {
    const vendor = vendors[n];
    return vendor ? feed.started(vendor, clock) : [];
  });
  const pipeline = await session.startPipeline({ clock, feeds: started });
  following = pipeline.feeds.flatMap((running, n) => {
    const [played, vendor] = [feeds[n], vendors[n]];
    const say = (line: string) => display.say(feeds.length > 1 ? `${running.name}: ${line}` : line);
    return played && vendor ? new FollowedFeed({ played, vendor, running, clock, say }) : [];
  });
  await Promise.race([allStarted(following, clock, first), session.ended()]);
  for (const feed of following) feed.rehearse(faults, signal);
  follower = {
    isBehind: due => isBehind(following, due) || (speed <= FASTEST_WATCHED && isBusy(pipeline.engine)),
    canFollow: () => following.some(({ canFollow }) => canFollow),
    progress: () => following.reduce((sum, feed) => sum + feed.progress, 0),
    followed: settled,
    settled: async () => {
      await Promise.all(vendors.map(vendor => vendor.settled()));
    },
  };
  progress.pace = () => slownessOf(pace, speed);
  clock.set({ speed });
  listening.resolve();
  progress.state = 'connected';
  progress.faults = () => faultsOf(following, pipeline);
  using _keys = hearKeys(
    following.map(({ rehearsing }) => rehearsing),
    session,
  );

  // Waited for here: the vendors and the keys end with this function.
  return await toTheEnd({ feeds, following, clock, player, pipeline, session }, options);
}

/**
 * Starts every feed at its own time, at which the clock stands still until it listens: blocks of markets begin at different
 * times. None later than at `latest`, when the first of them trades: then those without blocks do.
 */
async function allStarted(feeds: readonly FollowedFeed[], clock: EventClock, latest: number): Promise<void> {
  const startOf = ({ start }: FollowedFeed) => Math.min(start, latest);
  const starts = [...new Set(feeds.map(startOf))].sort((a, b) => a - b);
  for (const now of starts) {
    if (now > clock.now()) {
      clock.set({ now });
      await Promise.all(feeds.filter(feed => startOf(feed) < now).map(feed => feed.leapt(now)));
    }
    await Promise.all(feeds.filter(feed => startOf(feed) === now).map(feed => feed.run()));
  }
}

/** What runs once the feeds do. */
interface Playing {
  readonly feeds: readonly PlayedFeed[];
  readonly following: readonly FollowedFeed[];
  readonly clock: EventClock;
  readonly player: Player;
  readonly pipeline: Pipeline;
  readonly session: Session;
}

/** From the last minute of all feeds, or a Ctrl-C, to what came of it. @returns the exit code */
async function toTheEnd(playing: Playing, { exit }: Pick<Options, 'exit'>): Promise<number> {
  const { feeds, player, pipeline, session } = playing;
  await Promise.race([player.ended, session.ended()]);
  if (!session.signal.aborted) await finish(playing);
  if (!session.signal.aborted && !exit) {
    session.display.say('the feed has ended and everything is final; Ctrl-C ends');
    await session.ended();
  }
  await session.conclude(session.signal.aborted ? 'ending' : session.progress.state);
  await Promise.all(pipeline.feeds.map(({ task }) => task.stop()));
  await session.drained();
  const interrupted = session.signal.aborted;
  const expected = (n: number) => {
    const feed = feeds[n];
    return interrupted || !feed?.hasMinutes ? [] : minutesOf(feed.program);
  };
  const code = await sayOutcome(pipeline, expected, session.display);
  return interrupted ? 0 : code;
}

/** Whether a feed that can is behind. */
function isBehind(feeds: readonly FollowedFeed[], due: number): boolean {
  return feeds.some(feed => feed.canFollow && feed.isBehind(due));
}

/** Where alarms are told of: whether something waits to be rolled up, or somebody still looks at its minute. */
function isBusy({ mappings, schedules }: Engine): boolean {
  return mappings.some(({ lag }) => lag > LATEST) || schedules.some(({ isBusy }) => isBusy);
}

/** The speed that the machine takes, where that is much less than was asked for. */
function slownessOf({ reached }: EventPace, speed: number): number | undefined {
  return reached !== undefined && reached < SLOW * speed ? reached : undefined;
}

/** Names of the faults that stand, with the feed where others have none of that name. */
function faultsOf(following: readonly FollowedFeed[], { feeds }: Pipeline): string[] {
  const standing = following.map(({ rehearsing }) => [...rehearsing.standing.keys()]);
  const all = new Set(standing.flat());
  return [...all].flatMap(fault => {
    const own = feeds.filter((_, n) => standing[n]?.includes(fault));
    return own.length === feeds.length ? fault : own.map(({ name }) => `${name}:${fault}`);
  });
}

/** Goes on to the end of the last blocks, so that everything becomes final; then time stands still, for the markets of after that nobody plays. */
async function finish({ feeds, following, clock, player, pipeline, session }: Playing): Promise<void> {
  for (const feed of following) feed.rest();
  const ends = feeds.map(({ windows, program: { to = 0 } }) => windows.blockOf(to - MINUTE).end);
  const heard = [...new Set(feeds.map(({ delay }, n) => (ends[n] ?? 0) + delay))].sort((a, b) => a - b);
  // Each at its own time: of one whose end was leapt over nobody knows what its last minutes were.
  for (const at of heard) await Promise.race([player.finish(at), session.ended()]);
  void player.idle();
  const isOpen = ({ hasMinutes, source }: PlayedFeed, n: number) => {
    const tally = pipeline.feeds[n]?.progress.tally;
    return (
      hasMinutes && source.symbols.some(symbol => (tally?.through(slotOf(symbol)) ?? 0) < (ends[n] ?? 0))
    );
  };
  while (!session.signal.aborted && feeds.some(isOpen)) await pause(LOOK);
  clock.set({ speed: 0 });
  await session.drained();
  await session.conclude('ended: everything is final');
}
