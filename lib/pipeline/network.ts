/** Where the ingesters run: a public network that lets nobody in, or one that exists already. */

import { GatewayVpcEndpointAwsService, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Environment } from '../settings/environment.ts';

export interface NetworkProps {
  readonly environment: Environment;
}

/** Holds ids rather than a `Vpc`, so that whoever uses it sees no difference between a new network and an imported one. */
export class Network extends Construct {
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  /** Whether only a public address leads out. */
  readonly assignPublicIp: boolean;

  constructor(scope: Construct, id: string, { environment }: NetworkProps) {
    super(scope, id);
    const { vpcId, subnetIds, assignPublicIp = false } = environment.vpc ?? this.#create();
    this.vpcId = vpcId;
    this.subnetIds = subnetIds;
    this.assignPublicIp = assignPublicIp;
  }

  /** No NAT gateway: at $36.50 a month it would cost more than everything that computes here. */
  #create() {
    const vpc = new Vpc(this, 'Vpc', {
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [{ name: 'Public', subnetType: SubnetType.PUBLIC, mapPublicIpOnLaunch: false }],
      gatewayEndpoints: {
        S3: { service: GatewayVpcEndpointAwsService.S3 },
        DynamoDb: { service: GatewayVpcEndpointAwsService.DYNAMODB },
      },
      // Would take a custom resource; nothing joins the default group.
      restrictDefaultSecurityGroup: false,
    });
    Validations.of(vpc).acknowledge({
      id: 'AwsSolutions-VPC7',
      reason:
        'The only network interfaces here are those of the ingesters, which accept no connection and reach only port 443.',
    });
    return {
      vpcId: vpc.vpcId,
      subnetIds: vpc.publicSubnets.map(({ subnetId }) => subnetId),
      assignPublicIp: true,
    };
  }
}
