/** All alarms of a stage and their states, evaluated together whenever a minute has passed. */
import { minuteOf } from '../../runtime/markets/timeframe.ts';
import type { Alarm, CompositeAlarm, MetricAlarm, Suppressor } from './definition.ts';
import { type AlarmState, evaluateAlarm, evaluationRange } from './evaluate.ts';
import type { MetricStore } from './metric-store.ts';

/** An alarm that went from one state to another. */
export interface Change {
  readonly alarm: Alarm;
  readonly from: AlarmState;
  readonly to: AlarmState;
  /** Epoch ms. */
  readonly at: number;
}

interface State {
  readonly state: AlarmState;
  readonly since: number;
  readonly before: AlarmState;
}

export class AlarmBoard {
  readonly alarms: readonly Alarm[];
  readonly #store: MetricStore;
  readonly #states = new Map<string, State>();
  #now = Number.NEGATIVE_INFINITY;

  /** @throws Error when two alarms share a name, or a composite alarm looks at one that does not exist or at itself */
  constructor(alarms: readonly Alarm[], store: MetricStore) {
    this.#store = store;
    const byName = new Map(alarms.map(alarm => [alarm.name, alarm]));
    if (byName.size < alarms.length) throw new Error(`alarm names must differ: ${alarms.map(a => a.name)}`);
    this.alarms = inOrder(alarms, byName);
  }

  /** The state of the alarm with that name. @throws Error when there is none */
  stateOf(name: string): AlarmState {
    this.#known(name);
    return this.#states.get(name)?.state ?? 'INSUFFICIENT_DATA';
  }

  /** When (epoch ms) the alarm came into its state; undefined while it has never changed. */
  since(name: string): number | undefined {
    return this.#states.get(name)?.since;
  }

  /** Whether the alarm is in ALARM and its actions are taken: as of the latest evaluation, no suppressor keeps them back. */
  acts(name: string): boolean {
    const alarm = this.#known(name);
    const state = this.#states.get(name);
    if (state?.state !== 'ALARM' || alarm.actions.length === 0) return false;
    const suppressor = alarm.kind === 'composite' ? alarm.suppressor : undefined;
    return suppressor === undefined || this.#now >= this.#actsFrom(state, suppressor);
  }

  /**
   * Evaluates every alarm as of `at` (epoch ms): like CloudWatch over periods that end with the last full minute,
   * whatever their length. @returns what changed
   */
  evaluate(at: number): Change[] {
    this.#now = at;
    const changes: Change[] = [];
    for (const alarm of this.alarms) {
      const from = this.stateOf(alarm.name);
      const to = alarm.kind === 'metric' ? this.#judge(alarm, from, minuteOf(at)) : this.#compose(alarm);
      if (from === to) continue;
      this.#states.set(alarm.name, { state: to, since: at, before: from });
      changes.push({ alarm, from, to, at });
    }
    return changes;
  }

  /** When actions of an alarm that is in ALARM are taken, epoch ms. */
  #actsFrom({ since }: State, { name, wait, extension }: Suppressor): number {
    const other = this.#states.get(name);
    if (other?.state === 'ALARM') return Number.POSITIVE_INFINITY;
    const wasSuppressed = other?.before === 'ALARM' && other.since >= since;
    return wasSuppressed ? other.since + extension : since + wait;
  }

  #judge(alarm: MetricAlarm, before: AlarmState, end: number): AlarmState {
    const { byTheClock, period } = alarm;
    const last = byTheClock ? end - (end % period) : end;
    return evaluateAlarm(alarm, alarm.datapoints(this.#store, last, evaluationRange(alarm)), before);
  }

  #compose({ rule }: CompositeAlarm): AlarmState {
    return rule.holds(name => this.stateOf(name)) ? 'ALARM' : 'OK';
  }

  #known(name: string): Alarm {
    const alarm = this.alarms.find(candidate => candidate.name === name);
    if (alarm !== undefined) return alarm;
    throw new Error(
      `alarm '${name}' is unknown: use one of ${this.alarms.map(each => each.name).join(', ')}`,
    );
  }
}

/** Every composite alarm after those that it looks at. */
function inOrder(alarms: readonly Alarm[], byName: ReadonlyMap<string, Alarm>): Alarm[] {
  const ordered = new Set<Alarm>();
  const visit = (alarm: Alarm, chain: readonly string[]) => {
    if (ordered.has(alarm)) return;
    const path = [...chain, alarm.name];
    if (chain.includes(alarm.name))
      throw new Error(`alarms look at each other in a circle: ${path.join(' -> ')}`);
    for (const name of lookedAt(alarm)) {
      const other = byName.get(name);
      if (other === undefined)
        throw new Error(`alarm '${alarm.name}' looks at '${name}', which does not exist`);
      visit(other, path);
    }
    ordered.add(alarm);
  };
  for (const alarm of alarms) visit(alarm, []);
  return [...ordered];
}

function lookedAt(alarm: Alarm): readonly string[] {
  if (alarm.kind === 'metric') return [];
  return [...alarm.rule.alarms, ...(alarm.suppressor === undefined ? [] : [alarm.suppressor.name])];
}
