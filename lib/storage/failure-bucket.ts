/** Where Lambda leaves the batches that it gave up on, whole, so that they can be processed again. */

import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Duration, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Environment } from '../settings/environment.ts';
import { removalPolicy } from '../settings/stage.ts';

export interface FailureBucketProps {
  readonly environment: Environment;
}

/** The prefix under which Lambda files what it gives up. */
const PREFIX = 'aws/lambda/*';

export class FailureBucket extends Construct {
  readonly bucket: Bucket;
  /** What a function's role needs so that Lambda can file the function's batches here. */
  readonly writer: ManagedPolicy;

  constructor(scope: Construct, id: string, { environment }: FailureBucketProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      // As long as the quarantine keeps what it refused.
      lifecycleRules: [
        { expiration: Duration.days(30), abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      removalPolicy: removalPolicy(environment),
      autoDeleteObjects: environment.removal === 'destroy',
    });
    this.writer = new ManagedPolicy(this, 'Writer', {
      description: 'Lets Lambda file the batches that it gave up on',
      statements: [
        new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] }),
        new PolicyStatement({ actions: ['s3:PutObject'], resources: [this.bucket.arnForObjects(PREFIX)] }),
      ],
    });

    const { 'Fn::GetAtt': bucketArn } = Stack.of(this).resolve(this.bucket.bucketArn);
    Validations.of(this.writer).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${bucketArn.join('.')}>/${PREFIX}]`,
      reason: 'Lambda names the objects itself, by mapping, shard and time, under this one prefix.',
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Only Lambda writes here, and only when it gives up a batch; an access log would need a second bucket to say so.',
    });
  }
}
