/** A service of which one task works, the one that holds the lease, in a network that lets nobody in. */

import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnSecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { CfnCluster, CfnService, type FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { ON_DEMAND, SPOT } from '../../runtime/monitor/names.ts';
import type { Network } from './network.ts';

/** A way out of the network. */
export interface Exit {
  readonly port: number;
  /** Addresses, as CIDR. */
  readonly to: string;
  /** What is there. */
  readonly what: string;
}

export interface LeasedServiceProps {
  readonly network: Network;
  readonly task: FargateTaskDefinition;
  /** How many tasks there are: one works, the others stand by; undefined where somebody else decides from moment to moment. */
  readonly tasks: number | undefined;
  /** Whether they run on Spot; somebody else then sees to it that there are any. */
  readonly spot: boolean;
  /** Alarms that roll a deployment back when one is raised meanwhile. @default only tasks that fail do */
  readonly rollbackAlarms?: readonly Alarm[];
  /** Ways out beside TLS. @default none */
  readonly exits?: readonly Exit[];
  /** Takes what people run in its tasks. @default nobody may */
  readonly sessions?: ILogGroup;
}

/** TLS and those beside it, each once: AWS refuses a group that names one twice. */
function waysOut(exits: readonly Exit[]) {
  const all: readonly Exit[] = [{ port: 443, to: '0.0.0.0/0', what: 'The vendor and AWS' }, ...exits];
  const isFirst = ({ port, to }: Exit, n: number) =>
    all.findIndex(each => each.port === port && each.to === to) === n;
  return all.filter(isFirst).map(({ port, to, what }) => ({
    ...{ ipProtocol: 'tcp', fromPort: port, toPort: port },
    ...{ cidrIp: to, description: what },
  }));
}

/** Made of plain resources: their typed constructs ask for a `Vpc` object, which an imported network has not. */
export class LeasedService extends Construct {
  readonly clusterName: string;
  readonly serviceName: string;
  readonly serviceArn: string;

  constructor(scope: Construct, id: string, props: LeasedServiceProps) {
    super(scope, id);
    const { network, task, tasks, spot, rollbackAlarms = [], exits = [], sessions } = props;
    const cluster = this.#cluster(sessions, spot);
    const securityGroup = new CfnSecurityGroup(this, 'SecurityGroup', {
      vpcId: network.vpcId,
      groupDescription: `Nothing in, only TLS ${exits.length > 0 ? 'and to sinks ' : ''}out`,
      securityGroupEgress: waysOut(exits),
    });
    const service = new CfnService(this, 'Service', {
      cluster: cluster.attrArn,
      taskDefinition: task.taskDefinitionArn,
      ...(spot
        ? { capacityProviderStrategy: [{ capacityProvider: SPOT, weight: 1 }] }
        : { launchType: ON_DEMAND }),
      ...(tasks !== undefined && { desiredCount: tasks }),
      // The new task stands by until the old one has handed over: the lease, not the deployment, keeps it to one connection.
      deploymentConfiguration: {
        minimumHealthyPercent: 100,
        maximumPercent: 200,
        deploymentCircuitBreaker: { enable: true, rollback: true },
        ...(rollbackAlarms.length > 0 && {
          alarms: {
            alarmNames: rollbackAlarms.map(({ alarmName }) => alarmName),
            ...{ enable: true, rollback: true },
          },
        }),
      },
      // Would move the one that works to even out zones.
      availabilityZoneRebalancing: 'DISABLED',
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: [...network.subnetIds],
          securityGroups: [securityGroup.attrGroupId],
          assignPublicIp: network.assignPublicIp ? 'ENABLED' : 'DISABLED',
        },
      },
      propagateTags: 'SERVICE',
      ...(sessions && { enableExecuteCommand: true }),
    });
    // The task needs its way out and its permissions from the first second on.
    service.node.addDependency(network, task);
    this.clusterName = cluster.ref;
    this.serviceName = service.attrName;
    this.serviceArn = service.ref;
  }

  #cluster(sessions: ILogGroup | undefined, spot: boolean): CfnCluster {
    const cluster = new CfnCluster(this, 'Cluster', {
      clusterSettings: [{ name: 'containerInsights', value: 'disabled' }],
      ...(spot && { capacityProviders: [ON_DEMAND, SPOT] }),
      ...(sessions && {
        configuration: {
          executeCommandConfiguration: {
            logging: 'OVERRIDE',
            logConfiguration: { cloudWatchLogGroupName: sessions.logGroupName },
          },
        },
      }),
    });
    Validations.of(cluster).acknowledge({
      id: 'AwsSolutions-ECS4',
      reason:
        'Container Insights bills custom metrics per task; the processor and memory use of the service are measured without it.',
    });
    return cluster;
  }
}
