/** A Kinesis stream that others may read, and where they find it: stack outputs and SSM parameters. */

import { AccountPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type IStream, Stream, StreamEncryption, StreamMode } from 'aws-cdk-lib/aws-kinesis';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { CfnOutput, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Environment } from '../settings/environment.ts';
import type { FeedWithDefaults } from '../settings/feed-defaults.ts';
import { feedId } from '../settings/names.ts';
import { removalPolicy, stageOf } from '../settings/stage.ts';

export interface PublishedStreamProps {
  readonly environment: Environment;
  readonly feed: FeedWithDefaults;
  /** The key that the feed's readers may use. @default AWS's own, which lets no other account read */
  readonly encryptionKey: IKey | undefined;
  readonly shards: number;
}

/** What reading takes, by hand or by Lambda's event source mappings; whom a stream pushes to is registered by its owner. */
const READ = [
  'kinesis:DescribeStream',
  'kinesis:DescribeStreamSummary',
  'kinesis:GetRecords',
  'kinesis:GetShardIterator',
  'kinesis:ListShards',
];

/**
 * Stream `Minutes` of feed `Stocks` in environment `dev` is announced as the outputs `StocksMinutesStreamName` and
 * `StocksMinutesStreamArn` and the parameters `/barflow/dev/stocks/minutes-stream-name` and `…/minutes-stream-arn`.
 */
export class PublishedStream extends Construct {
  readonly stream: IStream;

  constructor(scope: Construct, id: string, props: PublishedStreamProps) {
    super(scope, id);
    const { environment, feed, encryptionKey, shards } = props;
    this.stream = new Stream(this, 'Stream', {
      // Not on demand: that splits shards by itself in mid-session and is no remedy for the burst after each minute.
      streamMode: StreamMode.PROVISIONED,
      shardCount: shards,
      retentionPeriod: environment.streamRetention,
      ...(encryptionKey
        ? { encryption: StreamEncryption.KMS, encryptionKey }
        : { encryption: StreamEncryption.MANAGED }),
      removalPolicy: removalPolicy(environment),
    });
    if (encryptionKey) this.#share(feed.readers);

    const announce = (what: 'Name' | 'Arn', value: string) => {
      const description = `${what} of the stream of ${feed.name} ${id.toLowerCase()}`;
      const output = new CfnOutput(this, what, { value, description });
      output.overrideLogicalId(`${feedId(feed)}${id}Stream${what}`);
      new StringParameter(this, `${what}Parameter`, {
        parameterName: `/barflow/${stageOf(this).node.id}/${feed.name}/${id.toLowerCase()}-stream-${what.toLowerCase()}`,
        stringValue: value,
        description,
      });
    };
    announce('Name', this.stream.streamName);
    announce('Arn', this.stream.streamArn);
  }

  /** Lets other accounts read it, as far as these let their roles. */
  #share(readers: readonly string[]): void {
    this.stream.addToResourcePolicy(
      new PolicyStatement({
        principals: readers.map(account => new AccountPrincipal(account)),
        actions: READ,
        resources: [this.stream.streamArn],
      }),
    );
    Validations.of(this.stream).acknowledge({
      id: 'AwsSolutions-KDS3',
      reason: 'No other account can use the key that AWS keeps for Kinesis.',
    });
  }
}
