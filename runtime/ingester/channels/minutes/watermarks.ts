/** Moves the watermark on: each minute becomes due at its time, whether or not anything arrives. */
import type { Calendar } from '../../../markets/calendar.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Feed } from '../../../vendor/feed-events.ts';
import type { MinutesStream } from '../../sinks/minutes-stream/minutes-stream.ts';
import type { Subscription } from '../../symbols/subscription.ts';
import type { Gap, Observation } from './observation.ts';
import type { ProcessPause } from './process-pause.ts';

export interface WatermarksOptions {
  readonly clock: Clock;
  readonly calendar: Calendar;
  readonly feed: Pick<Feed, 'unheard'>;
  readonly subscription: Subscription;
  readonly observation: Observation;
  readonly sink: Pick<MinutesStream, 'declare' | 'watermark'>;
  readonly pause: Pick<ProcessPause, 'isOver' | 'onOver'>;
  /** Told which minutes (starts) had to be declared uncovered. */
  readonly onUncovered: (minutes: readonly number[]) => void;
}

export class Watermarks {
  readonly #options: WatermarksOptions;

  constructor(options: WatermarksOptions) {
    this.#options = options;
    options.pause.onOver(() => this.advance());
  }

  /** Moves it as far as it may go by now. */
  advance(): void {
    const { clock, calendar, feed, observation, sink, subscription, pause, onUncovered } = this.#options;
    if (!pause.isOver) return;
    const before = observation.through;
    const through = observation.settle(clock.now());
    if (through === undefined) return;
    const unheard = feed.unheard();
    if (unheard.length > 0) {
      const minutes = calendar.openMinutes(before ?? through, through);
      const isAll = unheard.includes('*');
      const [slots, symbols] = isAll ? [subscription.slots, []] : [[], unheard];
      sink.declare({ minutes, slots, symbols, covered: false });
      onUncovered(minutes);
    }
    sink.watermark(through, subscription.slots);
    subscription.watermark(through);
  }

  /** Works until the signal aborts. @param fill is given open minutes before a close that nothing came to prove */
  async run(signal: AbortSignal, fill: (gap: Gap) => void): Promise<void> {
    const { clock, observation } = this.#options;
    while (!signal.aborted) {
      await clock.until(observation.nextDue(clock.now()), signal).catch(error => {
        if (!signal.aborted) throw error;
      });
      const unproven = observation.unprovenBeforeClose(clock.now());
      if (unproven) fill(unproven);
      this.advance();
    }
  }
}
