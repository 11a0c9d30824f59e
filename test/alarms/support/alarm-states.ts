/** What the alarms of a stage say by their ids: which are raised, which were, and which wake somebody. */
import type { AlarmWatch } from '../../../local/alarms/alarm-watch.ts';
import { minuteOf } from '../../../runtime/markets/timeframe.ts';
import type { EventClock } from '../../../runtime/platform/clock.ts';
import { STAGE } from './rig-stage.ts';

const PREFIX = new RegExp(`^barflow-${STAGE}-(Stocks|Api)-`);

export class AlarmStates {
  readonly watch: AlarmWatch;
  readonly clock: EventClock;
  readonly #paged = new Set<string>();
  readonly #everRaised = new Set<string>();

  constructor(watch: AlarmWatch, clock: EventClock) {
    this.watch = watch;
    this.clock = clock;
  }

  isRaised(id: string): boolean {
    return this.watch.board.stateOf(this.#named(id).name) === 'ALARM';
  }

  /** What the alarm looks at, over its last period up to now; undefined where there is nothing to look at. */
  valueOf(id: string): number | undefined {
    const { store } = this.watch;
    const alarm = this.#named(id);
    if (alarm.kind !== 'metric') throw new Error(`${id} looks at no metric`);
    return alarm.datapoints(store, minuteOf(this.clock.now()), 1)[0];
  }

  /** Whether the alarm wakes somebody now. */
  pages(id: string): boolean {
    const { name, actions } = this.#named(id);
    return this.watch.board.acts(name) && actions.some(action => action.endsWith('-page'));
  }

  /** Ids of the alarms that are raised, in alphabetical order. */
  get raised(): string[] {
    return this.watch.board.alarms
      .map(({ name }) => name.replace(PREFIX, ''))
      .filter(id => this.isRaised(id))
      .sort();
  }

  /** Ids of the alarms that were raised at any time after the start, in alphabetical order. */
  get everRaised(): string[] {
    return [...this.#everRaised].sort();
  }

  /** Ids of the alarms that woke somebody at any time, in alphabetical order. */
  get everPaged(): string[] {
    return [...this.#paged].sort();
  }

  /** Evaluates all alarms at the present minute. */
  protected judge(): void {
    for (const { alarm, to } of this.watch.evaluate())
      if (to === 'ALARM') this.#everRaised.add(alarm.name.replace(PREFIX, ''));
    for (const id of this.raised) if (this.pages(id)) this.#paged.add(id);
  }

  /** Forgets what was ever raised. */
  protected forget(): void {
    this.#everRaised.clear();
  }

  #named(id: string) {
    const alarm = this.watch.board.alarms.find(({ name }) => name.replace(PREFIX, '') === id);
    if (alarm === undefined) throw new Error(`there is no alarm ${id}`);
    return alarm;
  }
}
