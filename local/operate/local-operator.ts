/** What an operator can ask of the pipeline on this machine while it runs: how it is, to redrive what was left, to repair its slots. */

import type { Clock } from '../../runtime/platform/clock.ts';
import type { Change } from '../alarms/alarm-board.ts';
import { AlarmWatch } from '../alarms/alarm-watch.ts';
import { parseStatistic } from '../alarms/statistic.ts';
import type { AlarmNow } from '../engine/describe-alarms.ts';
import type { Engine } from '../engine/engine.ts';
import type { NamedFeed } from './asked-feed.ts';
import { type AlarmHealth, type Health, severityOf } from './health.ts';
import { localHealth } from './local-health.ts';
import { localRedrive } from './local-redrive.ts';
import { localRepair } from './local-repair.ts';

/** Beyond this speed the pauses of any machine look like silence, and nobody is told of alarms. */
export const FASTEST_WATCHED = 60;
/** Event time may run so fast that its minutes pass while a process starts: what is over by then (wall ms) is no news. */
const PATIENCE = 2_000;

export interface LocalOperatorProps {
  readonly engine: Engine;
  /** Event time. */
  readonly clock: Clock;
  readonly feeds: readonly NamedFeed[];
  /** Name of the stage, the environment of its metrics. */
  readonly environment: string;
  /** Whether a feed runs: without one there is nothing for alarms to judge. */
  readonly feedRuns: boolean;
  /** Is told of every alarm that pages or is a ticket, and when it is over. */
  readonly say: (line: string) => void;
}

export class LocalOperator {
  readonly #props: LocalOperatorProps;
  readonly #watch: AlarmWatch;
  /** Alarms that went off and have not been told of yet, by name. */
  readonly #fresh = new Map<string, NodeJS.Timeout>();
  /** Alarms that were told of and are not over. */
  readonly #told = new Set<string>();

  constructor(props: LocalOperatorProps) {
    this.#props = props;
    this.#watch = new AlarmWatch(props.engine, props.clock);
    if (props.feedRuns) this.#watch.start(change => this.#tell(change));
    props.engine.tellCloudWatch(
      () => this.#alarmsNow(),
      (metric, statistic, from, to) =>
        this.#watch.store.statistic(metric, parseStatistic(statistic), from, to),
    );
  }

  /** The alarms that page or are tickets, in the order of how much they matter; none where pauses of the machine look like silence. */
  get raised(): readonly AlarmHealth[] {
    if (!this.#isWatched) return [];
    const raised = this.health().alarms.filter(
      ({ state, severity }) => state === 'ALARM' && severity !== 'part',
    );
    return raised.sort((a, b) => a.severity.localeCompare(b.severity));
  }

  /** From when on (epoch ms of event time) alarms are told of; undefined while they are, where they never are, and until that is sure. */
  get heldUntil(): number | undefined {
    // A clock that still stands does not say how fast it will go.
    return this.#isWatched && this.#props.clock.perWall(1) > 0 ? this.#watch.surelyHeldUntil : undefined;
  }

  get #isWatched(): boolean {
    const { clock, feedRuns } = this.#props;
    return feedRuns && clock.perWall(1) <= FASTEST_WATCHED;
  }

  /** What is not watched is not known. */
  #alarmsNow(): AlarmNow[] {
    const { board } = this.#watch;
    const stateOf = (name: string) => (this.#isWatched ? board.stateOf(name) : 'INSUFFICIENT_DATA');
    return board.alarms.map(({ kind, name, description, actions }) => ({
      ...{ kind, name, description, actions },
      ...{ state: stateOf(name), since: board.since(name) },
    }));
  }

  health(): Health {
    const { clock, feeds, environment } = this.#props;
    const health = localHealth({ watch: this.#watch, environment, feeds, now: clock.now() });
    if (this.#isWatched) return health;
    const { judgedFrom: _, ...rest } = health;
    const alarms = health.alarms.map(alarm => ({ ...alarm, state: 'INSUFFICIENT_DATA' as const }));
    return {
      ...rest,
      alarms,
      unjudged: `event time runs more than ${FASTEST_WATCHED} times as fast as the clock`,
    };
  }

  /** @throws Error when the request is not one, or what it needs does not answer */
  redrive(request: unknown): ReturnType<typeof localRedrive> {
    const { engine, clock, feeds } = this.#props;
    return localRedrive(request, { engine, feeds, now: clock.now() });
  }

  /** @throws Error when the request is not one, or what it needs does not answer */
  repair(request: unknown): ReturnType<typeof localRepair> {
    const { engine, clock, feeds } = this.#props;
    return localRepair(request, { engine, feeds, now: clock.now() });
  }

  async stop(): Promise<void> {
    for (const timer of this.#fresh.values()) clearTimeout(timer);
    await this.#watch.stop();
  }

  #tell({ alarm, to }: Change): void {
    const { say } = this.#props;
    const severity = severityOf(alarm.actions);
    if (severity === 'part' || !this.#isWatched) return;
    const { name, description } = alarm;
    clearTimeout(this.#fresh.get(name));
    this.#fresh.delete(name);
    if (to === 'ALARM') {
      const tell = () => {
        // While another alarm explains it, it waits.
        if (!this.#watch.board.acts(name)) return void this.#fresh.set(name, setTimeout(tell, PATIENCE));
        this.#fresh.delete(name);
        this.#told.add(name);
        say(`alarm ${name} ${severity === 'page' ? 'pages' : 'is a ticket'}: ${description}`);
      };
      this.#fresh.set(name, setTimeout(tell, PATIENCE));
    } else if (this.#told.delete(name)) say(`alarm ${name} is over`);
  }
}
