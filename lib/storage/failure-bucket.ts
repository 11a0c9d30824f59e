/** Where Lambda leaves the batches that it gave up on, whole, so that they can be processed again. */
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Environment } from '../environment.ts';

export interface FailureBucketProps {
  readonly environment: Environment;
}

export class FailureBucket extends Bucket {
  constructor(scope: Construct, id: string, { environment }: FailureBucketProps) {
    super(scope, id, {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      // As long as the quarantine keeps what it refused.
      lifecycleRules: [
        { expiration: Duration.days(30), abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      // Not emptied by a custom resource: a bucket that holds lost records should resist deletion in dev, too.
      removalPolicy: environment.removal === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Only Lambda writes here, and only when it gives up a batch; an access log would need a second bucket to say so.',
    });
  }
}
