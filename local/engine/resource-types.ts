/** What the engine accepts without running anything: what it does has no meaning on one machine. */
import type { Resource, Stack } from './assembly.ts';

/**
 * Identity, network, logs, keys and alarms guard or watch the cloud, and no other account reads a stream here. Parameters and secrets are read
 * by people and by other systems, and Athena reads catalogs of data. Custom resources listed here act only while a stack is deployed or deleted.
 */
const families = [
  'AWS::IAM::',
  'AWS::EC2::',
  'AWS::Logs::',
  'AWS::KMS::',
  'AWS::CloudWatch::',
  'AWS::Events::',
  'AWS::ECR::',
  'AWS::Glue::',
];

const types = new Set([
  'AWS::CDK::Metadata',
  'AWS::Lambda::Permission',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::S3::BucketPolicy',
  'AWS::Kinesis::ResourcePolicy',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  'AWS::SNS::Subscription',
  'AWS::SSM::Parameter',
  'AWS::SecretsManager::Secret',
  'AWS::Scheduler::ScheduleGroup',
  'AWS::ECS::Cluster',
  'AWS::ECS::ClusterCapacityProviderAssociations',
  'Custom::S3AutoDeleteObjects',
  'Custom::VpcRestrictDefaultSG',
]);

/** Whether the function is one that CloudFormation calls for custom resources of its stack. */
export function answersCustomResources({ logicalId }: Resource, stack: Stack): boolean {
  return stack.resources.some(({ properties }) => {
    const { ServiceToken }: { ServiceToken?: unknown } = Object(properties);
    return JSON.stringify(ServiceToken) === JSON.stringify({ 'Fn::GetAtt': [logicalId, 'Arn'] });
  });
}

/** Whether resources of `type` need nothing that runs. */
export function needsNothing(type: string): boolean {
  return types.has(type) || families.some(family => type.startsWith(family));
}
