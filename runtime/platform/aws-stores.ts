/** Clients of the stores in which others keep what a unit reads; apart from the rest, so that only who reads them bundles them. */
import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';

/** A client of S3; region, endpoint and credentials come from the SDK's standard variables. */
export function s3Client(): S3Client {
  return new S3Client({});
}

/** A client of the parameter store; region, endpoint and credentials come from the SDK's standard variables. */
export function ssmClient(): SSMClient {
  return new SSMClient({});
}
