/** Puts together how what was missed is fetched, and what cannot be had is declared. */
import type { Calendar } from '../../../markets/calendar.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Logger } from '../../../platform/logger.ts';
import type { History, HistoryAnswer } from '../../../vendor/history.ts';
import type { Backlog } from '../../sinks/minutes-stream/backlog.ts';
import type { MinutesStream } from '../../sinks/minutes-stream/minutes-stream.ts';
import { roomIn } from '../../sinks/minutes-stream/room.ts';
import type { ShownSymbols } from '../../symbols/shown-symbols.ts';
import type { Subscription } from '../../symbols/subscription.ts';
import { Universe } from '../../symbols/universe.ts';
import { Backfill } from './backfill.ts';
import { Declarer } from './declarer.ts';
import { Recovery } from './gaps.ts';
import { Investigation } from './investigation.ts';
import { Liquidity } from './liquidity.ts';
import type { Observation } from './observation.ts';
import { Regain } from './regain.ts';
import { Degraded } from './rest-fallback.ts';
import { Progress } from './rest-progress.ts';
import { Suspects } from './suspects.ts';
import { Missing, type MissingOptions } from './uncovered.ts';

export interface CatchingUpOptions extends Pick<MissingOptions, 'table' | 'untilRetry'> {
  readonly clock: Clock;
  readonly calendar: Calendar;
  /** How much later than real time the feed sends, in ms. */
  readonly delay: number;
  /** When (event time, epoch ms) the vendor can be expected to know a minute that ended then. */
  readonly knownAt: (end: number) => number;
  /** How much may be asked how fast: questions begun per second, and under way at once. */
  readonly rest: { readonly perSecond: number; readonly atOnce: number };
  readonly history: History;
  readonly shown: ShownSymbols;
  /** Symbols of the market that trade nearly every minute, best first, at an instant (epoch ms). */
  readonly liquid: (at: number) => readonly string[];
  readonly subscription: Subscription;
  readonly observation: Observation;
  readonly stream: MinutesStream;
  readonly backlog: Backlog;
  /** Takes what the vendor's history tells, and how far (start of a minute) it had come. */
  readonly publish: (answer: HistoryAnswer, reached: number) => void;
  /** Told how many minutes had to be declared uncovered of what was let go. */
  readonly onUncovered: (minutes: number) => void;
  /** Called when minutes have become complete. */
  readonly onFilled: () => void;
  readonly logger: Logger;
}

export function catchingUp({ publish, onUncovered, onFilled, ...options }: CatchingUpOptions) {
  const { clock, calendar, rest, subscription, observation, stream, backlog, logger } = options;
  const room = (signal: AbortSignal) => roomIn(backlog, signal);
  const since = (symbol: string) => Math.max(observation.since ?? 0, subscription.since(symbol));
  const liquidity = new Liquidity(() => options.liquid(clock.now()));
  const progress = new Progress({ ...options, liquidity });
  const backfill = new Backfill({
    ...{ ...options, publish, room, since, progress, liquidity },
    atOnce: rest.atOnce,
  });
  const universe = new Universe(options);
  const declarer = new Declarer({ declare: declaration => stream.declare(declaration), room });
  const missing = new Missing({ ...options, universe, backfill, declarer });
  const recovery = new Recovery({ ...options, universe, backfill, declarer, missing });
  const regain = new Regain({ stream, recovery, room, onUncovered });
  const suspects = new Suspects(calendar);
  const investigation = new Investigation({
    ...{ calendar, suspects, backfill, missing, logger },
    idle: signal => recovery.idle(signal),
  });
  const degraded = new Degraded({
    ...{ ...options, backfill, liquidity, onFilled },
    symbols: signal => universe.symbols(signal),
    perSecond: rest.perSecond,
  });
  return { universe, liquidity, progress, missing, recovery, regain, suspects, investigation, degraded };
}
