/** The environment on one page, read from left to right like the data flows; above it all: is it fine now. */

import {
  AlarmStatusWidget,
  Column,
  Dashboard,
  GraphWidget,
  type IWidget,
  PeriodOverride,
  Row,
  SingleValueWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Environment } from '../settings/environment.ts';
import { stageOf } from '../settings/stage.ts';
import type { AlarmSet } from './alarm-set.ts';
import type { ApiAlarms } from './api-alarms.ts';
import type { Counts } from './counts.ts';
import type { Graphs, WatchedFeed } from './watched-feed.ts';

export interface EnvironmentDashboardProps {
  readonly environment: Environment;
  readonly feeds: readonly WatchedFeed[];
  /** Absent where there is no query API. */
  readonly api?: ApiAlarms;
}

/** Below the flow how late its bars are, what serves them, and where all else goes: a row each, graphs by the alarms whose thresholds they show. */
const SERVED: Graphs = {
  'Finished bars': [],
  'Bar store': [['StoreBehind'], ['StoreFailing'], ['StoreThrottled'], ['StoreGivenUp']],
  'Latest in Redis': [['LatestBehind'], ['LatestFailing'], ['LatestBlocked'], ['LatestGivenUp']],
  Sinks: [['SinkFailing'], ['SinkDropping']],
};
/** Below all feeds what they share. */
const SHARED = { title: 'Query API', graphs: [['ApiFailing'], ['ApiSlow'], ['ApiThrottled']] };
const [WHOLE, COLUMN, GRAPH_HEIGHT] = [24, 4, 5];

export class EnvironmentDashboard extends Dashboard {
  constructor(scope: Construct, id: string, { environment, feeds, api }: EnvironmentDashboardProps) {
    const { runbookUrl = 'docs/runbook.md' } = environment;
    super(scope, id, {
      // Dashboards are the account's, not the region's: an environment may be in a second one.
      dashboardName: `${stageOf(scope).stageName}-${Stack.of(scope).region}`,
      periodOverride: PeriodOverride.INHERIT,
    });
    for (const { node, alarms, flow, glance, served } of feeds) {
      this.addWidgets(
        new TextWidget({
          width: 6,
          height: 3,
          markdown: `# ${node.id}\n${runbookLink(runbookUrl)}\n\n[Saved queries](#logsV2:logs-insights) · [Alarms](#alarmsV2:)`,
        }),
        new AlarmStatusWidget({
          title: 'Is it fine now?',
          width: WHOLE - 14,
          height: 3,
          alarms: [...alarms.composites, ...alarms.alarms.values()],
        }),
        new SingleValueWidget({ title: glance.title, width: 8, height: 3, metrics: [...glance.metrics] }),
      );
      this.addWidgets(
        new Row(...Object.entries(flow).map(([title, graphs]) => column(title, graphs, alarms))),
      );
      for (const [title, graphs] of Object.entries(SERVED)) {
        this.#row(title, [...graphsOf(graphs, alarms), ...(served[title] ?? []).map(countsGraph)]);
      }
    }
    if (api)
      this.#row(SHARED.title, [...graphsOf(SHARED.graphs, api.alarms), ...api.counts.map(countsGraph)]);
  }

  #row(title: string, widgets: readonly IWidget[]): void {
    if (widgets.length === 0) return;
    this.addWidgets(new TextWidget({ width: WHOLE, height: 1, markdown: `**${title}**` }));
    this.addWidgets(new Row(...widgets));
  }
}

/** A path in the repository is no address that a browser could open. */
function runbookLink(place: string): string {
  return place.startsWith('https://') ? `[Runbook](${place})` : `Runbook: ${place}`;
}

function column(title: string, graphs: readonly (readonly string[])[], alarms: AlarmSet): Column {
  const heading = new TextWidget({ width: COLUMN, height: 1, markdown: `**${title}**` });
  return new Column(heading, ...graphsOf(graphs, alarms));
}

/** What no alarm judges. */
function countsGraph({ title, metrics }: Counts): IWidget {
  return new GraphWidget({
    title,
    width: COLUMN,
    height: GRAPH_HEIGHT,
    left: [...metrics],
    leftYAxis: { min: 0, showUnits: false },
  });
}

function graphsOf(graphs: readonly (readonly string[])[], { alarms }: AlarmSet): IWidget[] {
  return graphs.flatMap((ids): IWidget[] => {
    const shown = ids.flatMap(id => alarms.get(id) ?? []);
    const [first] = shown;
    if (!first) return [];
    return [
      new GraphWidget({
        title: ids.join(', '),
        width: COLUMN,
        height: GRAPH_HEIGHT,
        left: [first.metric],
        leftAnnotations: shown.map(alarm => alarm.toAnnotation()),
        leftYAxis: { min: 0, showUnits: false },
      }),
    ];
  });
}
