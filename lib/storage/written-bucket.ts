/** A bucket that one part of Barflow fills: private, encrypted, spoken to with TLS alone, and what the role of whoever fills it needs. */

import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Duration, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Environment } from '../settings/environment.ts';
import { removalPolicy } from '../settings/stage.ts';

/** What may be done with the bucket itself, or with the objects below a prefix. */
export interface Right {
  readonly of: 'bucket' | 'objects';
  readonly actions: readonly string[];
}

/** Whether an object is there: without it S3 does not say that one is not. */
export const SEE: Right = { of: 'bucket', actions: ['s3:ListBucket'] };

export interface WrittenBucketProps {
  readonly environment: Environment;
  /** How long objects are kept. @default for as long as the bucket stands */
  readonly keepFor?: Duration | undefined;
  /** What the writer does, as its policy says. */
  readonly writes: string;
  /** What the keys of all that is written begin with. */
  readonly prefix: string;
  /** What the writer may do. */
  readonly rights: readonly Right[];
  /** Why it may write to every object below the prefix. */
  readonly named: string;
  /** Why nobody logs who reads it. */
  readonly unlogged: string;
}

export class WrittenBucket extends Construct {
  readonly bucket: Bucket;
  /** What a role needs to write there. */
  readonly writer: ManagedPolicy;

  constructor(scope: Construct, id: string, props: WrittenBucketProps) {
    super(scope, id);
    const { environment, keepFor, writes, prefix, rights, named, unlogged } = props;
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      lifecycleRules: [
        { ...(keepFor && { expiration: keepFor }), abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      removalPolicy: removalPolicy(environment),
      autoDeleteObjects: environment.removal === 'destroy',
    });
    const below = `${prefix}*`;
    this.writer = new ManagedPolicy(this, 'Writer', {
      description: writes,
      statements: rights.map(({ of, actions }) => {
        const { bucketArn } = this.bucket;
        const resource = of === 'bucket' ? bucketArn : this.bucket.arnForObjects(below);
        return new PolicyStatement({ actions: [...actions], resources: [resource] });
      }),
    });

    const { 'Fn::GetAtt': bucketArn } = Stack.of(this).resolve(this.bucket.bucketArn);
    Validations.of(this.writer).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${bucketArn.join('.')}>/${below}]`,
      reason: named,
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: `${unlogged}; an access log would need a second bucket to say so.`,
    });
  }
}
