/** Makes what reads another stack's resources change with them: the reference stays the same text when what it names is replaced. */
import { createHash } from 'node:crypto';
import { Aspects, CfnResource, Stack } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';

/** Properties with whose change CloudFormation makes another resource in place of the one that is there, by type of what other stacks read. */
export const REPLACING: Readonly<Record<string, readonly string[]>> = {
  'AWS::ApiGatewayV2::Api': ['ProtocolType'],
  'AWS::DynamoDB::Table': ['ImportSourceSpecification', 'KeySchema', 'TableName'],
  'AWS::ECS::Service': [
    ...['Cluster', 'DeploymentController', 'LaunchType'],
    ...['Role', 'SchedulingStrategy', 'ServiceName'],
  ],
  'AWS::IAM::ManagedPolicy': ['Description', 'ManagedPolicyName', 'Path'],
  'AWS::Kinesis::Stream': ['Name'],
  'AWS::KMS::Key': [],
  'AWS::Lambda::EventSourceMapping': [
    ...['AmazonManagedKafkaEventSourceConfig', 'EventSourceArn', 'SelfManagedEventSource'],
    ...['SelfManagedKafkaEventSourceConfig', 'StartingPosition', 'StartingPositionTimestamp'],
  ],
  'AWS::Lambda::Function': ['FunctionName', 'PackageType', 'TenancyConfig'],
  'AWS::Logs::LogGroup': ['LogGroupName'],
  'AWS::S3::Bucket': ['BucketName', 'BucketNamePrefix', 'BucketNamespace', 'ObjectLockEnabled'],
  'AWS::SSM::Parameter': ['Name'],
};

/** The key of a resource's metadata that says beside what it was made. */
export const FOLLOWS = 'barflow:follows';

/**
 * Every resource of `consumer`, those that come later too, carries what the producers cannot change without being replaced.
 * Deployed after such a change, CloudFormation sees that the resource differs, and reads the names anew.
 */
export function follow(consumer: IConstruct, producers: readonly IConstruct[]): void {
  let digests: Readonly<Record<string, string>> | undefined;
  Aspects.of(consumer).add({
    visit: node => {
      if (!CfnResource.isCfnResource(node)) return;
      digests ??= Object.fromEntries(producers.map(each => [placeOf(each), replacementDigest(each)]));
      node.addMetadata(FOLLOWS, digests);
    },
  });
}

/** `Storage/Stocks`. */
function placeOf({ node }: IConstruct): string {
  return node.path.split('/').slice(1).join('/');
}

/** Changes when something of the construct that others refer to will be replaced. */
export function replacementDigest(construct: IConstruct): string {
  const hash = createHash('sha256');
  for (const resource of construct.node.findAll()) {
    const names = CfnResource.isCfnResource(resource) ? REPLACING[resource.cfnResourceType] : undefined;
    if (names === undefined) continue;
    const values: Readonly<Record<string, unknown>> = Object(resource);
    const stack = Stack.of(resource);
    // The classes of resources call a property like CloudFormation does, but for its first letter.
    const fixed = names.flatMap(name => {
      const value: unknown = stack.resolve(values[`${name.charAt(0).toLowerCase()}${name.slice(1)}`]);
      // What nobody sets does not count: a list that grows must not change what did not change.
      return value === undefined ? [] : [[name, value]];
    });
    hash.update(JSON.stringify([resource.node.path, fixed]));
  }
  // Short, for it stands in every resource.
  return hash.digest('hex').slice(0, 12);
}
