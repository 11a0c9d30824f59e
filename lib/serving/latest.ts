/** The latest bars: a function that keeps the 5m bars of every symbol's trading day in Redis. */
import { CfnSecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { keptTimeframe, latestEnv } from '../../runtime/latest/names.ts';
import type { Environment, ImportedVpc } from '../settings/environment.ts';
import { DEFAULT_PORT, type RedisSink } from '../settings/sink-settings.ts';
import type { MinutesStorage } from '../storage/feed-storage.ts';
import { BarsFunction } from './bars-function.ts';

export interface LatestProps {
  readonly environment: Environment;
  readonly storage: MinutesStorage;
  /** Says which server: that of the feed's sink. */
  readonly redis: Pick<RedisSink, 'urlSecret' | 'tokenSecret' | 'port'>;
}

/** What Lambda itself does to stand in a network. */
const INTERFACES = [
  ...['ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface', 'ec2:DescribeNetworkInterfaces'],
  ...['ec2:DescribeSubnets', 'ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses'],
];

export class Latest extends BarsFunction {
  constructor(scope: Construct, id: string, { environment, storage, redis }: LatestProps) {
    const { urlSecret, tokenSecret } = redis;
    const { store } = storage;
    super(scope, id, {
      ...{ environment, storage, unit: 'latest', settings: [] },
      description: `Keeps the latest 5m bars of ${storage.feed.name} in Redis`,
      variables: {
        ...(store && { [latestEnv.barsTable]: store.tableName }),
        [latestEnv.redisUrlSecret]: urlSecret,
        ...(tokenSecret !== undefined && { [latestEnv.redisTokenSecret]: tokenSecret }),
      },
      timeframes: [keptTimeframe],
    });
    store?.grant(this.role, 'dynamodb:Query');
    Secret.fromSecretNameV2(this, 'RedisUrl', urlSecret).grantRead(this.role);
    if (tokenSecret !== undefined)
      Secret.fromSecretNameV2(this, 'RedisToken', tokenSecret).grantRead(this.role);
    // Where only a public address leads out a function has no way to Secrets Manager: it stays outside.
    if (environment.vpc && !environment.vpc.assignPublicIp)
      this.#enter(environment.vpc, redis.port ?? DEFAULT_PORT);
  }

  /** Lets it run in the network of the ingester. */
  #enter({ vpcId, subnetIds }: ImportedVpc, port: number): void {
    const group = new CfnSecurityGroup(this, 'SecurityGroup', {
      vpcId,
      groupDescription: 'Nothing in, only TLS and to Redis out',
      securityGroupEgress: [...new Set([443, port])].map(each => ({
        ...{ ipProtocol: 'tcp', fromPort: each, toPort: each, cidrIp: '0.0.0.0/0' },
        description: each === port ? 'Redis' : 'Secrets Manager, and the table of bars',
      })),
    });
    const { defaultChild } = this.function.node;
    if (defaultChild instanceof CfnFunction)
      defaultChild.vpcConfig = { subnetIds: [...subnetIds], securityGroupIds: [group.attrGroupId] };
    this.role.addToPrincipalPolicy(new PolicyStatement({ actions: INTERFACES, resources: ['*'] }));
    Validations.of(this.role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'Lambda makes the network interfaces of a function itself, and asks for the right to all.',
    });
  }
}
