/** One feed of a simulation: its vendor and what that plays, and how far its pipeline has followed. */
import * as v from 'valibot';
import { passedOn } from '../../lib/settings/feed-symbols.ts';
import { ingesterEnv } from '../../runtime/ingester/names.ts';
import { calendarOf } from '../../runtime/markets/calendar.ts';
import type { Alignment } from '../../runtime/markets/names.ts';
import { Windows } from '../../runtime/markets/window.ts';
import type { EventClock } from '../../runtime/platform/clock.ts';
import { delayedForm, REAL_TIME_HOST } from '../../runtime/vendor/address-names.ts';
import type { LocalTask } from '../engine/tasks.ts';
import { FIRST_BARS, type Player } from '../simulator/player.ts';
import { TroubledMarket } from '../simulator/troubled-market.ts';
import { Vendor } from '../simulator/vendor.ts';
import { type ChosenFeed, delayOf, hasMinutes } from './chosen-feeds.ts';
import type { PlannedFault } from './fault-plan.ts';
import { followed } from './followed.ts';
import type { LocalSink, Options } from './options.ts';
import type { Program } from './program.ts';
import { isKept } from './redis-server.ts';
import { Rehearsing } from './rehearsing.ts';
import type { RunningFeed } from './running-feed.ts';
import type { StartedFeed } from './session.ts';
import { SharedClock } from './shared-clock.ts';

/** In no file and no simulated market, so that the vendor trades it in every open minute. */
const SENTINEL = 'SENTINEL';

const subscribed = v.object({ type: v.literal('subscribed') });

/** What a feed plays. */
export class PlayedFeed {
  readonly chosen: ChosenFeed;
  readonly program: Program;
  readonly source: TroubledMarket;
  readonly windows: Windows;
  readonly #alignment: Alignment;
  readonly #sinks: readonly LocalSink[];

  constructor(
    chosen: ChosenFeed,
    program: Program,
    { alignment, sinks, redis }: Pick<Options, 'alignment' | 'sinks' | 'redis'>,
  ) {
    const events = passedOn(chosen);
    // Redis takes what it has keys for, and nobody asked for more.
    const untaken = events.filter(channel => redis === undefined || !isKept(channel));
    const otherwise: readonly LocalSink[] = untaken.length > 0 ? ['events'] : [];
    this.#sinks = events.length > 0 ? (sinks ?? otherwise) : [];
    this.chosen = chosen;
    this.source = new TroubledMarket(program.source);
    this.program = { ...program, source: this.source };
    this.windows = new Windows(calendarOf(chosen.market), alignment);
    this.#alignment = alignment;
  }

  get hasMinutes(): boolean {
    return hasMinutes(this.chosen);
  }

  /** Events of a minute, at most. */
  get size(): number {
    return this.source.symbols.length * this.chosen.channels.length;
  }

  /** How late its vendor is, ms of event time. */
  get delay(): number {
    return delayOf(this.chosen);
  }

  /** When it would start (epoch ms of event time): with the block of its first minute, so that its ingester sees all of that; without minutes when there is something to pass on. */
  get start(): number {
    if (!this.hasMinutes) return Number.POSITIVE_INFINITY;
    return this.windows.blockOf(this.program.from).start + this.delay;
  }

  startVendor(clock: EventClock, player: Player): Promise<Vendor> {
    const { source, delay } = this;
    return Vendor.start({ market: this.chosen.market, clock, player, source, delay, synthetic: true });
  }

  /** How it is synthesized and started. */
  started(vendor: Vendor, clock: EventClock): StartedFeed {
    const { name, market, isDelayed, channels } = this.chosen;
    const { symbols } = this.source;
    const late = { name, host: delayedForm(REAL_TIME_HOST) };
    const { shards, ...asked } = followed(market, symbols);
    return {
      settings: {
        ...{ market, channels, ...asked },
        ...(this.hasMinutes && { shards, alignment: this.#alignment }),
        sinks: this.#sinks.map(kind => ({ kind })),
        ...(isDelayed && late),
      },
      ...(isDelayed && { delaySeconds: this.delay / 1_000 }),
      ingester: {
        [ingesterEnv.symbols]: symbols.join(','),
        [ingesterEnv.feedUrl]: vendor.url,
        [ingesterEnv.restUrl]: vendor.restUrl,
        [ingesterEnv.sentinel]: SENTINEL,
        [ingesterEnv.eventClock]: () => `${new Date(clock.now()).toISOString()}@${clock.speed}`,
      },
    };
  }
}

export interface FollowedProps {
  readonly played: PlayedFeed;
  readonly vendor: Vendor;
  readonly running: RunningFeed;
  readonly clock: EventClock;
  /** Is told of every fault that begins or ends. */
  readonly say: (line: string) => void;
}

/** Its pipeline, as it follows the vendor. */
export class FollowedFeed {
  readonly rehearsing: Rehearsing;
  readonly #props: FollowedProps;
  readonly #shared: SharedClock;

  constructor(props: FollowedProps) {
    this.#props = props;
    const { played, vendor, running, clock, say } = props;
    this.#shared = new SharedClock(clock, running.task);
    this.rehearsing = new Rehearsing({ vendor, market: played.source, clock }, say);
  }

  get start(): number {
    return this.#props.played.start;
  }

  /** Starts its ingester. Resolves once that has subscribed. */
  run(): Promise<void> {
    const { task } = this.#props.running;
    const subscribed = nextMessage(task);
    task.start();
    return subscribed;
  }

  /** Resolves once it has heard that the feed lives in a time that has just leapt. */
  async leapt(now: number): Promise<void> {
    await this.settled(now);
    await this.#props.vendor.showLife();
  }

  /** Resolves once it lives in the time that was just set to `now`. */
  settled(now: number): Promise<void> {
    return this.#shared.settled(now);
  }

  /** Nothing more is passed on: where there are no minutes, no window has to close either, and silence shall not look like a lost connection. */
  rest(): void {
    if (!this.#props.played.hasMinutes) this.#shared.end(this.#props.clock.now());
  }

  /** Lets the vendor misbehave as planned. */
  rehearse(faults: readonly PlannedFault[], signal: AbortSignal): void {
    const { name } = this.#props.played.chosen;
    const own = faults.filter(({ feed = name }) => feed === name);
    void this.rehearsing.follow(own, this.#props.played.program.from, signal);
  }

  /** Whether it can follow at all: not where it was told to fail. */
  get canFollow(): boolean {
    return this.#props.vendor.connections > 0 && this.rehearsing.standing.size === 0;
  }

  /** Whether the burst that was due then still waits for its watermark, or too much waits to be worked off. */
  isBehind(due: number): boolean {
    const { running, played } = this.#props;
    const { toRollUp, toKeep, progress } = running;
    // What is passed on goes as it comes.
    if (toRollUp === undefined) return false;
    if (toRollUp.isFull || toKeep?.isFull) return true;
    return progress.tally.lowestThrough < due - FIRST_BARS - played.delay;
  }

  /** Rises with every record on the streams, and every bar that is kept. */
  get progress(): number {
    const { progress, toKeep } = this.#props.running;
    const { minutes, bars, lowestThrough } = progress.tally;
    return minutes + bars + lowestThrough + (toKeep?.done ?? 0);
  }
}

function nextMessage(task: LocalTask): Promise<void> {
  return new Promise(resolve => task.onMessage(message => v.is(subscribed, message) && resolve()));
}
