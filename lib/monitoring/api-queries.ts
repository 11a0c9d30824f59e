/** Questions to the logs of the query API, saved in Logs Insights: what it could not answer, and what became of requests. */
import { QueryDefinition, QueryString } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { QueryApi } from '../serving/query-api.ts';
import { stageOf } from '../settings/stage.ts';

export class ApiQueries extends Construct {
  constructor(scope: Construct, id: string, { logGroup, accessLog }: QueryApi) {
    super(scope, id);
    const nameOf = (name: string) => `barflow/${stageOf(this).node.id}/Api/${name}`;
    new QueryDefinition(this, 'Unanswered', {
      queryDefinitionName: nameOf('Unanswered questions'),
      queryString: new QueryString({
        fields: ['@timestamp', 'level', 'message', 'route', 'requestId', 'error.message'],
        filterStatements: ['level in ["WARN", "ERROR"] or @message like /ERROR|Task timed out/'],
        sort: '@timestamp desc',
        limit: 200,
      }),
      logGroups: [logGroup],
    });
    new QueryDefinition(this, 'Requests', {
      queryDefinitionName: nameOf('Requests by route and status'),
      queryString: new QueryString({
        statsStatements: ['count(*), pct(latency, 50), pct(latency, 99) by route, status'],
      }),
      logGroups: [accessLog],
    });
  }
}
