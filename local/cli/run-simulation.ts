/** `npm start`, with the simulated vendor: a made-up market or a file, over a real socket, through the ingester. */
import { setTimeout as pause } from 'node:timers/promises';
import * as v from 'valibot';
import { ingesterEnv } from '../../runtime/ingester/names.ts';
import { calendarOf } from '../../runtime/markets/calendar.ts';
import { MINUTE } from '../../runtime/markets/timeframe.ts';
import { Windows } from '../../runtime/markets/window.ts';
import { EventClock } from '../../runtime/platform/clock.ts';
import { slotOf } from '../../runtime/records/slot.ts';
import type { LocalTask } from '../engine/tasks.ts';
import { FASTEST_WATCHED } from '../operate/local-operator.ts';
import { FIRST_BARS } from '../simulator/player.ts';
import { TroubledMarket } from '../simulator/troubled-market.ts';
import { Vendor } from '../simulator/vendor.ts';
import { EventPace, type Follower, nobody } from './event-pace.ts';
import { followed } from './followed.ts';
import { hearKeys } from './heard-keys.ts';
import { Lead } from './lead.ts';
import type { Options } from './options.ts';
import { sayOutcome } from './outcome.ts';
import type { Pipeline } from './pipeline.ts';
import { minutesOf, type Program, programOf } from './program.ts';
import { Rehearsing } from './rehearsing.ts';
import type { Run, Session } from './session.ts';
import { SharedClock } from './shared-clock.ts';

/** In no file and no simulated market, so that the vendor trades it in every open minute. */
const SENTINEL = 'SENTINEL';
/** How often a condition is looked at (wall ms). */
const LOOK = 50;
/** Below so much of the speed that was asked for a machine is said not to follow. */
const SLOW = 0.8;
/** Event ms after which a record is rolled up, or event time waits for it. */
const LATEST = 1.5 * MINUTE;

/** @throws FlatFileError or UsageError when there is nothing to play */
export async function planSimulation(options: Options): Promise<Run> {
  const program = await programOf(options);
  return session => play(program, options, session);
}

async function play(program: Program, options: Options, session: Session): Promise<number> {
  const { market, alignment, speed, faults = [] } = options;
  for (const line of program.summaries ?? []) session.display.say(line);
  const windows = new Windows(calendarOf(market), alignment);
  // From the block's first minute on, so that the ingester has seen all of it; standing still until it listens.
  const clock = new EventClock({ now: windows.blockOf(program.from).start, speed: 0 });
  session.progress.eventTime = () => clock.now();

  const listening = Promise.withResolvers<void>();
  let settle = (_now: number) => Promise.resolve();
  const source = new TroubledMarket(program.source);
  let follower: Follower = nobody;
  const pace = new EventPace({ clock, speed, bars: source.symbols.length, follower: () => follower });
  await using vendor = await startVendor({
    clock,
    market,
    source,
    synthetic: true,
    leap: true,
    ready: listening.promise,
    settle: now => settle(now),
    pace,
  });
  const pipeline = await session.startPipeline({
    feed: { market, alignment, ...followed(market, source.symbols) },
    clock,
    ingester: variablesOf(vendor, source.symbols, clock),
  });
  const ingester = pipeline.engine.task('Ingester/Service');
  const shared = new SharedClock(clock, ingester);
  settle = now => shared.settled(now);
  const subscribed = nextMessage(ingester, 'subscribed');
  pipeline.engine.startTasks();
  await Promise.race([subscribed, session.ended()]);
  const rehearsing = new Rehearsing({ vendor, market: source, clock }, line => session.display.say(line));
  void rehearsing.follow(faults, program.from, session.signal);
  const ahead = new Lead(pipeline.engine.mapping('Rollup').position);
  await pipeline.engine.tap(pipeline.minutes, records => ahead.put(records));
  follower = {
    isBehind: due => ahead.isFull || pipeline.toKeep?.isFull || isBehind(pipeline, due, speed),
    canFollow: () => vendor.connections > 0 && rehearsing.standing.size === 0,
    progress: () => progressOf(pipeline),
    followed: now => shared.settled(now),
    settled: () => vendor.settled(),
  };
  session.progress.pace = () => slownessOf(pace, speed);
  clock.set({ speed });
  listening.resolve();
  session.progress.state = 'connected';
  session.progress.faults = () => [...rehearsing.standing.keys()];
  using _keys = hearKeys(rehearsing, session);

  // Waited for here: the vendor and the keys end with this function.
  return await toTheEnd(
    { vendor, pace, program: { ...program, source }, pipeline, windows, session },
    options,
  );
}

/** The ingester's variables in place of the template's. */
function variablesOf(vendor: Vendor, symbols: readonly string[], clock: EventClock) {
  return {
    [ingesterEnv.symbols]: symbols.join(','),
    [ingesterEnv.feedUrl]: vendor.url,
    [ingesterEnv.restUrl]: vendor.restUrl,
    [ingesterEnv.sentinel]: SENTINEL,
    [ingesterEnv.eventClock]: () => `${new Date(clock.now()).toISOString()}@${clock.speed}`,
  };
}

/** What runs once the feed does. */
interface Played {
  readonly vendor: Vendor;
  readonly pace: EventPace;
  readonly program: Program;
  readonly pipeline: Pipeline;
  readonly windows: Windows;
  readonly session: Session;
}

/** From the feed's last minute, or a Ctrl-C, to what came of it. @returns the exit code */
async function toTheEnd(played: Played, { exit }: Pick<Options, 'exit'>): Promise<number> {
  const { vendor, program, pipeline, session } = played;
  await Promise.race([vendor.ended, session.ended()]);
  if (!session.signal.aborted) await finish(played);
  if (!session.signal.aborted && !exit) {
    session.display.say('the feed has ended and everything is final; Ctrl-C ends');
    await session.ended();
  }
  session.conclude(session.signal.aborted ? 'ending' : session.progress.state);
  await pipeline.engine.task('Ingester/Service').stop();
  await session.drained();
  const interrupted = session.signal.aborted;
  const code = await sayOutcome(pipeline, interrupted ? [] : minutesOf(program), session.display);
  return interrupted ? 0 : code;
}

/** Whether the burst that was due then still waits for its watermark or, where alarms are told of, to be rolled up, or somebody still looks at its minute. */
function isBehind({ engine, tally }: Pipeline, due: number, speed: number): boolean {
  if (tally.lowestThrough < due - FIRST_BARS) return true;
  if (speed > FASTEST_WATCHED) return false;
  return engine.mappings.some(({ lag }) => lag > LATEST) || engine.schedules.some(({ isBusy }) => isBusy);
}

/** The speed that the machine takes, where that is much less than was asked for. */
function slownessOf({ reached }: EventPace, speed: number): number | undefined {
  return reached !== undefined && reached < SLOW * speed ? reached : undefined;
}

/** Rises with every record on the streams, and every bar that is kept. */
function progressOf({ tally, toKeep }: Pipeline): number {
  return tally.minutes + tally.bars + tally.lowestThrough + (toKeep?.done ?? 0);
}

/** Goes on to the end of the last block, so that everything becomes final. */
async function finish({ vendor, pace, program, pipeline, windows, session }: Played): Promise<void> {
  const { source, to = 0 } = program;
  const { tally } = pipeline;
  const end = windows.blockOf(to - MINUTE).end;
  const slots = [...new Set(source.symbols.map(slotOf))];
  await Promise.race([vendor.finish(end), session.ended()]);
  pace.end();
  while (!session.signal.aborted && slots.some(slot => tally.through(slot) < end)) await pause(LOOK);
  session.conclude('ended: everything is final');
}

async function startVendor(options: Parameters<typeof Vendor.start>[0]) {
  const vendor = await Vendor.start(options);
  return Object.assign(vendor, { [Symbol.asyncDispose]: () => vendor.close() });
}

function nextMessage(task: LocalTask, type: string): Promise<void> {
  const schema = v.object({ type: v.literal(type) });
  return new Promise(resolve => task.onMessage(message => v.is(schema, message) && resolve()));
}
