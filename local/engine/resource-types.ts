/** Resource types that the engine accepts without running anything: what they do has no meaning on one machine. */

/**
 * Identity, network, logs, keys and alarms guard or watch the cloud. Parameters and secrets are read by people and by
 * other systems. Custom resources listed here act only while a stack is deployed or deleted.
 */
const families = [
  'AWS::IAM::',
  'AWS::EC2::',
  'AWS::Logs::',
  'AWS::KMS::',
  'AWS::CloudWatch::',
  'AWS::Events::',
  'AWS::ECR::',
];

const types = new Set([
  'AWS::CDK::Metadata',
  'AWS::Lambda::Permission',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::S3::BucketPolicy',
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

/** Whether resources of `type` need nothing that runs. */
export function needsNothing(type: string): boolean {
  return types.has(type) || families.some(family => type.startsWith(family));
}
