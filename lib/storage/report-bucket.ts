/** Where the daily comparison with the vendor leaves its reports. */

import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Duration, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Environment } from '../settings/environment.ts';
import type { FeedWithDefaults } from '../settings/feed-defaults.ts';
import { removalPolicy } from '../settings/stage.ts';

export interface ReportBucketProps {
  readonly environment: Environment;
  readonly feed: FeedWithDefaults;
}

/** A report a day, `reconcile/<feed>/<date>.json`, kept for a little over a year. */
export class ReportBucket extends Construct {
  readonly bucket: Bucket;
  /** What the role of whoever compares needs to leave its reports here, and to see which there are. */
  readonly writer: ManagedPolicy;

  constructor(scope: Construct, id: string, { environment, feed }: ReportBucketProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      lifecycleRules: [
        { expiration: Duration.days(400), abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      removalPolicy: removalPolicy(environment),
      autoDeleteObjects: environment.removal === 'destroy',
    });
    const prefix = `reconcile/${feed.name}/*`;
    this.writer = new ManagedPolicy(this, 'Writer', {
      description: 'Leaves reports of the comparison with the vendor',
      statements: [
        new PolicyStatement({
          actions: ['s3:GetObject', 's3:PutObject'],
          resources: [this.bucket.arnForObjects(prefix)],
        }),
        // Without it S3 does not say that a report is not there.
        new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] }),
      ],
    });

    const { 'Fn::GetAtt': bucketArn } = Stack.of(this).resolve(this.bucket.bucketArn);
    Validations.of(this.writer).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${bucketArn.join('.')}>/${prefix}]`,
      reason: 'A report is named after its day, under this one prefix.',
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'One function writes one object a day; an access log would need a second bucket to say so.',
    });
  }
}
