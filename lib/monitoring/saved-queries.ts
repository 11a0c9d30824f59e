/** Questions to the logs of a feed that the runbook asks, saved in Logs Insights. */
import { QueryDefinition, QueryString } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { FeedPipeline } from '../pipeline/feed-pipeline.ts';
import { stageOf } from '../stage-of.ts';

export interface SavedQueriesProps {
  readonly pipeline: FeedPipeline;
}

export class SavedQueries extends Construct {
  constructor(scope: Construct, id: string, { pipeline }: SavedQueriesProps) {
    super(scope, id);
    const { ingester, rollup } = pipeline;
    const both = [ingester.logGroup, rollup.logGroup];
    const query = (name: string, groups: typeof both, filterStatements: string[]) =>
      new QueryDefinition(this, name.replaceAll(' ', ''), {
        queryDefinitionName: `barflow/${stageOf(this).node.id}/${pipeline.node.id}/${name}`,
        queryString: new QueryString({
          fields: ['@timestamp', 'service', 'level', 'message', 'cause', 'reason', 'where'],
          filterStatements,
          sort: '@timestamp desc',
          limit: 200,
        }),
        logGroups: groups,
      });
    query('Warnings and errors', both, ['level in ["WARN", "ERROR", "CRITICAL"]']);
    query('Connections', [ingester.logGroup], ['message like /connection|subscription/']);
    query('Gaps and uncovered minutes', [ingester.logGroup], ['message like /gap|uncovered|backfill/']);
    query('Refused data', both, ['message like /refused|quarantine/']);
    query('Batches not finished', [rollup.logGroup], ['message like /batch not finished/']);
  }
}
