/** What the dashboard shows of a feed, whatever it brings. */
import type { Node } from 'constructs';
import type { AlarmSet } from './alarm-set.ts';
import type { Counts } from './counts.ts';

/** Headings, each with graphs by the alarms whose thresholds they show. */
export type Graphs = Readonly<Record<string, readonly (readonly string[])[]>>;

export interface WatchedFeed {
  readonly node: Pick<Node, 'id'>;
  readonly alarms: AlarmSet;
  /** Columns in the order of the flow. */
  readonly flow: Graphs;
  /** What is counted of what comes behind the flow, by its heading. */
  readonly served: Readonly<Record<string, readonly Counts[]>>;
  /** What tells at a glance how it is. */
  readonly glance: Counts;
}

/** From the vendor to finished bars. */
export const minutesFlow: Graphs = {
  Vendor: [['NotConnected'], ['FewSymbols'], ['CalendarDiffers'], ['CalendarRunningOut']],
  Ingester: [
    ['IngesterNotRunning'],
    ['BufferGrowing'],
    ['GapOpen'],
    ['LeaseFlapping'],
    ['ClockOff'],
    ['DeploymentRolledBack'],
  ],
  'Minutes stream': [
    ['MinutesThrottled'],
    ['Quarantined', 'QuarantineFlood'],
    ['DataDropped'],
    ['UncoveredMinutes'],
  ],
  'Roll-up': [
    ['RollupBehind'],
    ['RollupStuck'],
    ['RollupHindered'],
    ['RollupFailing'],
    ['RollupThrottled'],
    ['BatchesGivenUp'],
    ['TablesThrottled'],
  ],
  'Bars stream': [['BarsThrottled'], ['RevisedFinals'], ['ReconcileMismatch'], ['JobFailing']],
  Freshness: [['FeedSilent'], ['WatermarkLag'], ['FinalLag']],
};

/** Of a feed that only passes on. */
export const passedOnFlow: Graphs = {
  Vendor: [['NotConnected']],
  Ingester: [['IngesterNotRunning'], ['ClockOff'], ['DeploymentRolledBack']],
  Refused: [['Quarantined', 'QuarantineFlood'], ['DataDropped'], ['TablesThrottled']],
};
