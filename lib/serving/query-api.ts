/** The query API: an HTTP API in front of one function, which answers whoever signs with credentials of the account. */

import { CfnApi, CfnIntegration, CfnRoute, CfnStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  CfnPermission,
  Code,
  Function as LambdaFunction,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { ArnFormat, Duration, Stack, Token, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { apiEnv, apiSettings, feedVariables, routeKeys } from '../../runtime/api/names.ts';
import { bundle } from '../pipeline/bundle.ts';
import { UnitLog } from '../pipeline/unit-log.ts';
import type { Environment } from '../settings/environment.ts';
import { slotsText } from '../settings/feed-symbols.ts';
import { follow } from '../settings/follow.ts';
import { alarmName, feedId } from '../settings/names.ts';
import { stageOf } from '../settings/stage.ts';
import { unitVariables } from '../settings/unit-variables.ts';
import type { MinutesStorage } from '../storage/feed-storage.ts';

export interface QueryApiProps {
  readonly environment: Environment;
  /** The feeds that keep bars. */
  readonly feeds: readonly MinutesStorage[];
}

/** Requests a second, and at once: a page asks about two a second. */
const THROTTLE = { rate: 300, burst: 600 };

/** Fields of a line of the access log that are asked for. */
export const LOGGED_AS = { status: 'status', environment: 'environment' } as const;

/** What the access log says of a request: neither its query nor its headers, in which signatures and symbols stand. */
const LOGGED = {
  requestId: '$context.requestId',
  at: '$context.requestTimeEpoch',
  route: '$context.routeKey',
  [LOGGED_AS.status]: '$context.status',
  bytes: '$context.responseLength',
  latency: '$context.responseLatency',
  caller: '$context.identity.userArn',
  error: '$context.error.message',
};

export class QueryApi extends Construct {
  readonly api: CfnApi;
  readonly function: LambdaFunction;
  readonly logGroup: LogGroup;
  /** What became of each request. */
  readonly accessLog: LogGroup;

  constructor(scope: Construct, id: string, { environment, feeds }: QueryApiProps) {
    super(scope, id);
    this.logGroup = new UnitLog(this, 'Log', { environment });
    this.accessLog = new UnitLog(this, 'AccessLog', { environment });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.logGroup.grantWrite(role);
    permit(role, feeds);
    this.function = new LambdaFunction(this, 'Function', {
      description: 'Answers questions for bars',
      code: Code.fromAsset(bundle(this, { entry: 'runtime/api/handler.ts', file: 'api.mjs' })),
      handler: 'api.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 1024,
      // API Gateway waits for 30 s.
      timeout: Duration.seconds(28),
      role,
      logGroup: this.logGroup,
      environment: {
        [apiEnv.feeds]: Stack.of(this).toJsonString(feeds.map(feed => variablesOf(this, environment, feed))),
        ...(environment.logLevel && { POWERTOOLS_LOG_LEVEL: environment.logLevel }),
        NODE_OPTIONS: '--enable-source-maps',
      },
    });
    this.api = this.#routed(environment.apiOrigins ?? []);
    follow(this, feeds);
  }

  #routed(origins: readonly string[]): CfnApi {
    const { stageName } = stageOf(this);
    const api = new CfnApi(this, 'Api', {
      name: stageName,
      description: `Bars of ${stageName}`,
      protocolType: 'HTTP',
      ...(origins.length > 0 && { corsConfiguration: corsFor(origins) }),
    });
    const integration = new CfnIntegration(this, 'Integration', {
      apiId: api.ref,
      integrationType: 'AWS_PROXY',
      integrationUri: this.function.functionArn,
      payloadFormatVersion: '2.0',
    });
    const routes = Object.entries(routeKeys).map(
      ([name, routeKey]) =>
        new CfnRoute(this, `${name.charAt(0).toUpperCase()}${name.slice(1)}Route`, {
          apiId: api.ref,
          routeKey,
          authorizationType: 'AWS_IAM',
          target: `integrations/${integration.ref}`,
        }),
    );
    const stage = new CfnStage(this, 'Stage', {
      apiId: api.ref,
      stageName: '$default',
      autoDeploy: true,
      accessLogSettings: {
        destinationArn: this.accessLog.logGroupArn,
        format: JSON.stringify({ [LOGGED_AS.environment]: stageOf(this).node.id, ...LOGGED }),
      },
      defaultRouteSettings: { throttlingRateLimit: THROTTLE.rate, throttlingBurstLimit: THROTTLE.burst },
    });
    stage.node.addDependency(...routes);
    new CfnPermission(this, 'Invoke', {
      action: 'lambda:InvokeFunction',
      functionName: this.function.functionArn,
      principal: 'apigateway.amazonaws.com',
      sourceArn: Stack.of(this).formatArn({
        service: 'execute-api',
        resource: api.ref,
        resourceName: '*/*/v1/*',
      }),
    });
    return api;
  }
}

/** What a page must say to be answered, and may read of the answer beside its body. */
const FROM_PAGES = [
  'authorization',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-content-sha256',
  'if-none-match',
];
const TO_PAGES = ['etag', 'retry-after', 'barflow-through', 'barflow-next-cursor'];

function corsFor(origins: readonly string[]): CfnApi.CorsProperty {
  return {
    allowOrigins: [...origins],
    allowMethods: ['GET'],
    allowHeaders: FROM_PAGES,
    exposeHeaders: TO_PAGES,
    maxAge: Duration.hours(1).toSeconds(),
  };
}

function permit(role: Role, feeds: readonly MinutesStorage[]): void {
  for (const { state, store, lease, monitor, sessions } of feeds) {
    state.grant(role, 'dynamodb:Query');
    store?.grant(role, 'dynamodb:Query', 'dynamodb:BatchGetItem');
    lease.grant(role, 'dynamodb:GetItem');
    sessions.grant(role, 'dynamodb:Query');
    monitor.grant(role, 'dynamodb:GetItem');
  }
  const alarms = Stack.of(role).formatArn({
    service: 'cloudwatch',
    resource: 'alarm',
    resourceName: '*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  role.addToPolicy(new PolicyStatement({ actions: ['cloudwatch:DescribeAlarms'], resources: [alarms] }));
  role.addToPolicy(new PolicyStatement({ actions: ['cloudwatch:GetMetricData'], resources: ['*'] }));
  const { region, account } = Stack.of(role);
  const known = (value: string, name: string) => (Token.isUnresolved(value) ? `<AWS::${name}>` : value);
  const place = `${known(region, 'Region')}:${known(account, 'AccountId')}`;
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'CloudWatch knows no permission for some metrics and not for others.',
  });
  Validations.of(role).acknowledge({
    id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:cloudwatch:${place}:alarm:*]`,
    reason:
      'CloudWatch lets alarms be described by the beginning of their names only to whoever may describe all.',
  });
}

/** What a unit of that feed alone would be told. */
function variablesOf(
  scope: Construct,
  environment: Environment,
  { feed, state, store, lease, monitor, sessions }: MinutesStorage,
): Record<string, string> {
  return {
    ...unitVariables(scope, environment, feed, apiSettings),
    [feedVariables.slots]: slotsText(feed),
    [feedVariables.stateTable]: state.tableName,
    [feedVariables.barsTable]: store?.tableName ?? '',
    [feedVariables.leaseTable]: lease.tableName,
    [feedVariables.memoryTable]: monitor.tableName,
    [feedVariables.sessionsTable]: sessions.tableName,
    [feedVariables.alarmPrefix]: alarmName(stageOf(scope).node.id, feedId(feed), ''),
  };
}
