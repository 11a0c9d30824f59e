/** Where the ingester runs: it gets out, and nobody gets in. */
import { describe, expect, test } from '@jest/globals';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { least, synthesized } from '../synthesized.ts';

const placement = (pipeline: Template) =>
  Object.values(pipeline.findResources('AWS::ECS::Service'))[0]?.['Properties'].NetworkConfiguration
    .AwsvpcConfiguration;

describe('a new network', () => {
  const { pipeline } = synthesized(least);

  test('has public subnets in two zones and nothing that costs by the hour', () => {
    pipeline.resourceCountIs('AWS::EC2::Subnet', 2);
    pipeline.resourceCountIs('AWS::EC2::NatGateway', 0);
    pipeline.allResourcesProperties('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway' });
    expect(placement(pipeline)).toMatchObject({ AssignPublicIp: 'ENABLED' });
    expect(placement(pipeline).Subnets).toHaveLength(2);
  });

  test('reaches S3 and DynamoDB without the internet', () => {
    for (const service of ['.s3', '.dynamodb'])
      pipeline.hasResourceProperties('AWS::EC2::VPCEndpoint', {
        ServiceName: { 'Fn::Join': ['', Match.arrayWith([service])] },
      });
  });

  test('lets nothing in and only TLS out', () => {
    pipeline.resourceCountIs('AWS::EC2::SecurityGroup', 1);
    pipeline.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
    pipeline.hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupIngress: Match.absent(),
      SecurityGroupEgress: [Match.objectLike({ IpProtocol: 'tcp', FromPort: 443, ToPort: 443 })],
    });
  });
});

describe('a network that exists already', () => {
  const vpc = { vpcId: 'vpc-0123456789abcdef0', subnetIds: ['subnet-01234567', 'subnet-89abcdef'] };

  test('is used as it is', () => {
    const { pipeline, findings } = synthesized({ ...least, vpc });
    for (const type of ['VPC', 'Subnet', 'VPCEndpoint', 'InternetGateway', 'RouteTable'])
      pipeline.resourceCountIs(`AWS::EC2::${type}`, 0);
    pipeline.hasResourceProperties('AWS::EC2::SecurityGroup', { VpcId: vpc.vpcId });
    expect(placement(pipeline)).toMatchObject({ AssignPublicIp: 'DISABLED', Subnets: vpc.subnetIds });
    expect(findings).toEqual([]);
  });

  test('may have public subnets', () => {
    const { pipeline } = synthesized({ ...least, vpc: { ...vpc, assignPublicIp: true } });
    expect(placement(pipeline)).toMatchObject({ AssignPublicIp: 'ENABLED' });
  });
});
