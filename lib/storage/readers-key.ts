/** The key of streams that other accounts read: AWS's own key for Kinesis serves its own account alone. */

import { AccountPrincipal, AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { CfnOutput, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Environment } from '../settings/environment.ts';
import type { FeedWithDefaults } from '../settings/feed-defaults.ts';
import { feedId } from '../settings/names.ts';
import { removalPolicy } from '../settings/stage.ts';

export interface ReadersKeyProps {
  readonly environment: Environment;
  readonly feed: FeedWithDefaults;
}

/** Announced as the output `StocksReadersKeyArn`, for a reader's role has to name it. */
export class ReadersKey extends Construct {
  readonly key: Key;

  constructor(scope: Construct, id: string, { environment, feed }: ReadersKeyProps) {
    super(scope, id);
    const { account, region } = Stack.of(this);
    this.key = new Key(this, 'Key', {
      description: `Encrypts the streams of ${feed.name}, which other accounts read`,
      enableKeyRotation: true,
      removalPolicy: removalPolicy(environment),
    });
    // The key serves Kinesis alone, on behalf of whoever calls it.
    const viaService = { 'kms:ViaService': `kinesis.${region}.amazonaws.com` };
    // As AWS's own key does: in this account the right to a stream is the right to its key, so that nobody who reads or puts needs another.
    this.key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new AnyPrincipal()],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions: { StringEquals: { 'kms:CallerAccount': account, ...viaService } },
      }),
    );
    this.key.addToResourcePolicy(
      new PolicyStatement({
        principals: feed.readers.map(reader => new AccountPrincipal(reader)),
        actions: ['kms:Decrypt'],
        resources: ['*'],
        conditions: { StringEquals: viaService },
      }),
    );
    const value = this.key.keyArn;
    const output = new CfnOutput(this, 'Arn', {
      ...{ value, description: `ARN of the key with which readers in other accounts decrypt ${feed.name}` },
    });
    output.overrideLogicalId(`${feedId(feed)}ReadersKeyArn`);
  }
}
