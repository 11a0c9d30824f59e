/** Where the archive keeps a feed's bars: Parquet files, a folder a timeframe and day, for as long as the bucket stands. */

import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Duration, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Environment } from '../settings/environment.ts';
import type { FeedWithDefaults } from '../settings/feed-defaults.ts';
import { removalPolicy } from '../settings/stage.ts';

export interface ArchiveBucketProps {
  readonly environment: Environment;
  readonly feed: FeedWithDefaults;
}

export class ArchiveBucket extends Construct {
  readonly bucket: Bucket;
  /** What the role of whoever archives needs to write files, and to see what stands. */
  readonly writer: ManagedPolicy;

  constructor(scope: Construct, id: string, { environment, feed }: ArchiveBucketProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      lifecycleRules: [{ abortIncompleteMultipartUploadAfter: Duration.days(1) }],
      removalPolicy: removalPolicy(environment),
      autoDeleteObjects: environment.removal === 'destroy',
    });
    const prefix = `feed=${feed.name}/*`;
    this.writer = new ManagedPolicy(this, 'Writer', {
      description: 'Writes the days of the archive',
      statements: [
        new PolicyStatement({
          actions: ['s3:GetObject', 's3:PutObject'],
          resources: [this.bucket.arnForObjects(prefix)],
        }),
        // Without it S3 does not say that a manifest is not there.
        new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] }),
      ],
    });

    const { 'Fn::GetAtt': bucketArn } = Stack.of(this).resolve(this.bucket.bucketArn);
    Validations.of(this.writer).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${bucketArn.join('.')}>/${prefix}]`,
      reason: 'A file is named after its timeframe and day, under this one prefix.',
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'One function writes a dozen objects a day; an access log would need a second bucket to say so.',
    });
  }
}
