/** Questions to the logs of a feed that the runbook asks, saved in Logs Insights. */
import { type ILogGroup, QueryDefinition, QueryString } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { FeedPipeline } from '../pipeline/feed-pipeline.ts';
import type { FeedServing } from '../serving/feed-serving.ts';
import { stageOf } from '../settings/stage.ts';

export interface SavedQueriesProps {
  readonly pipeline: FeedPipeline;
  /** Absent where the feed brings no minutes. */
  readonly serving?: FeedServing;
  /** Logs of the functions that watch and compare. */
  readonly functionLogs: readonly ILogGroup[];
  /** Whether the feed passes events on. */
  readonly hasSinks: boolean;
}

export class SavedQueries extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { pipeline, serving, functionLogs, hasSinks }: SavedQueriesProps,
  ) {
    super(scope, id);
    const { ingester, rollup } = pipeline;
    const consumers = [rollup, serving?.store, serving?.latest].flatMap(each => each?.logGroup ?? []);
    const all = [ingester.logGroup, ...consumers];
    const nameOf = (name: string) => `barflow/${stageOf(this).node.id}/${pipeline.node.id}/${name}`;
    const query = (name: string, groups: readonly ILogGroup[], filterStatements: string[]) =>
      new QueryDefinition(this, name.replaceAll(' ', ''), {
        queryDefinitionName: nameOf(name),
        queryString: new QueryString({
          fields: ['@timestamp', 'service', 'level', 'message', 'cause', 'reason', 'where'],
          filterStatements,
          sort: '@timestamp desc',
          limit: 200,
        }),
        logGroups: [...groups],
      });
    query('Warnings and errors', all, ['level in ["WARN", "ERROR", "CRITICAL"]']);
    const numbers = (name: string, values: readonly string[]) =>
      new QueryDefinition(this, name.replaceAll(' ', ''), {
        queryDefinitionName: nameOf(name),
        queryString: new QueryString({
          filterStatements: ['ispresent(stats.now)'],
          // Counted since the task started, every minute anew.
          statsStatements: [`${values.map(value => `max(\`stats.${value}\`)`).join(', ')} by bin(5m)`],
        }),
        logGroups: [ingester.logGroup],
      });
    query('Connections', [ingester.logGroup], ['message like /connection|subscription/']);
    if (rollup)
      query('Gaps and uncovered minutes', [ingester.logGroup], ['message like /gap|uncovered|backfill/']);
    numbers(
      'Endings of connections',
      ['refused', 'too many connections', 'lost'].map(kind => `feed.endings.${kind}`),
    );
    if (rollup) numbers('Puts made again', ['retried', 'throttled', 'held.onDisk']);
    query('Refused data', all, ['message like /refused|quarantine/']);
    if (hasSinks) query('Sinks', [ingester.logGroup], ['message like /sink/']);
    if (consumers.length > 0) query('Batches not finished', consumers, ['message like /batch not finished/']);
    if (functionLogs.length === 0) return;
    // What ends a function is told by Lambda in lines of its own, which have no level.
    query('Monitor and daily jobs', functionLogs, [
      'level in ["WARN", "ERROR", "CRITICAL"] or @message like /ERROR|Task timed out/',
    ]);
  }
}
