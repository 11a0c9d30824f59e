/** Subscribes a function to a stream, with settings that lose nothing. */
import {
  Alarm,
  ComparisonOperator,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { type IGrantable, type IManagedPolicy, Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type IStream, Stream } from 'aws-cdk-lib/aws-kinesis';
import {
  EventSourceMapping,
  type EventSourceMappingProps,
  type IFunction,
  MetricType,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

/** A bucket for what is given up. */
export interface FailureDestination {
  readonly bucketArn: string;
  /** A policy that permits to file there. @default the function's role is permitted it */
  readonly writer?: IManagedPolicy;
}

export interface StreamConsumerProps {
  /** What `handleBars` or `handleEvents` has made, or whatever reports batch item failures. */
  readonly function: IFunction;
  /** The stream, or the name of the SSM parameter with its ARN: `/barflow/prod/stocks/bars-stream-arn`. */
  readonly stream: IStream | string;
  /** Calls at a time for each shard, 1 to 10; one symbol's records stay in order all the same. @default 1 */
  readonly parallel?: number;
  /** Most records of one call. @default 1,000 */
  readonly batchSize?: number;
  /** How long records are gathered for one call. @default 1 second */
  readonly batchingWindow?: Duration;
  /** Where to begin; a replay is harmless to whoever keeps the highest version. @default TRIM_HORIZON */
  readonly startingPosition?: StartingPosition;
  /** Records that fail for as long as this go to the failure bucket, whole. It must be shorter than the stream's retention. @default 6 hours */
  readonly giveUpAfter?: Duration;
  /** Takes what is given up, under `aws/lambda/`. @default a bucket of its own, which outlives the stack */
  readonly failures?: FailureDestination;
  /** How far the function may lag before the alarm goes off; `false` where something else watches it. @default 5 minutes */
  readonly lagAlarm?: Duration | false;
  /** Whether an alarm goes off when records are given up, filed or not; `false` where something else watches it. @default true */
  readonly givenUpAlarm?: boolean;
}

type Filters = NonNullable<EventSourceMappingProps['filters']>;

/** The prefix under which Lambda files what it gives up. */
const FILED_UNDER = 'aws/lambda/*';
const KEPT = Duration.days(30);

export class StreamConsumer extends Construct {
  readonly stream: IStream;
  readonly mapping: EventSourceMapping;
  readonly failures: FailureDestination;
  /** What the function's role is given beside what it has. */
  readonly policy: Policy;
  /** Goes off when the oldest record that waits is too old; give it actions. Absent where it was not wanted. */
  readonly lagAlarm?: Alarm;
  /** Goes off when records were given up; give it actions. Absent where it was not wanted. */
  readonly givenUpAlarm?: Alarm;

  /** @param filters what Lambda is to look for in records, and to pass over what has it not. @default every record is for the function */
  constructor(scope: Construct, id: string, props: StreamConsumerProps, filters?: Filters) {
    super(scope, id);
    const { stream, parallel = 1, giveUpAfter = Duration.hours(6) } = props;
    if (!(Number.isInteger(parallel) && parallel >= 1 && parallel <= 10))
      throw new RangeError(`parallel is ${parallel}: use a whole number from 1 to 10`);
    this.stream =
      typeof stream === 'string'
        ? Stream.fromStreamArn(this, 'Stream', StringParameter.valueForStringParameter(this, stream))
        : stream;
    this.failures = props.failures ?? failureBucket(this);
    this.policy = this.#grant(props.function);
    this.mapping = new EventSourceMapping(this, 'Mapping', {
      target: props.function,
      eventSourceArn: this.stream.streamArn,
      startingPosition: props.startingPosition ?? StartingPosition.TRIM_HORIZON,
      batchSize: props.batchSize ?? 1_000,
      maxBatchingWindow: props.batchingWindow ?? Duration.seconds(1),
      parallelizationFactor: parallel,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      // Time bounds the attempts, not their number: an outage of what the function writes to must lose nothing.
      retryAttempts: -1,
      maxRecordAge: giveUpAfter,
      onFailure: { bind: () => ({ destination: this.failures.bucketArn }) },
      // Counts what is given up.
      metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
      ...(filters && { filters }),
    });
    // Lambda looks whether it may read and file before it takes the mapping.
    this.mapping.node.addDependency(this.policy);
    const { lagAlarm = Duration.minutes(5), givenUpAlarm = true } = props;
    if (lagAlarm) this.lagAlarm = this.#alarmOfLag(props.function, lagAlarm);
    if (givenUpAlarm) this.givenUpAlarm = this.#alarmOfLoss(props.function);
  }

  #grant(consumer: IFunction & IGrantable): Policy {
    const { role } = consumer;
    if (role === undefined)
      throw new Error(`the function of ${this.node.path} is imported without its role: import it with role`);
    const { streamArn } = this.stream;
    const { bucketArn, writer } = this.failures;
    if (writer) role.addManagedPolicy(writer);
    return new Policy(this, 'Policy', {
      roles: [role],
      statements: [
        new PolicyStatement({
          actions: [
            'kinesis:DescribeStream',
            'kinesis:DescribeStreamSummary',
            'kinesis:GetRecords',
            'kinesis:GetShardIterator',
            'kinesis:ListShards',
          ],
          resources: [streamArn],
        }),
        ...(this.stream.encryptionKey
          ? [
              new PolicyStatement({
                actions: ['kms:Decrypt'],
                resources: [this.stream.encryptionKey.keyArn],
              }),
            ]
          : []),
        ...(writer
          ? []
          : [
              new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucketArn] }),
              new PolicyStatement({ actions: ['s3:PutObject'], resources: [`${bucketArn}/${FILED_UNDER}`] }),
            ]),
      ],
    });
  }

  #alarmOfLag(consumer: IFunction, lagAlarm: Duration): Alarm {
    const lag = consumer.metric('IteratorAge', { statistic: 'Maximum', period: Duration.minutes(1) });
    return new Alarm(this, 'LagAlarm', {
      alarmDescription: `The oldest record that waits for ${this.node.path} is older than ${lagAlarm.toMinutes()} minutes`,
      metric: lag,
      threshold: lagAlarm.toMilliseconds(),
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      // Nothing is measured while nothing comes.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  /** What is filed counts by one metric, what could not be filed by two others: nobody has it any more. */
  #alarmOfLoss(consumer: IFunction): Alarm {
    const ofMapping = (metricName: string) =>
      new Metric({
        ...{ namespace: 'AWS/Lambda', metricName, statistic: 'Sum' },
        dimensionsMap: { EventSourceMappingUUID: this.mapping.eventSourceMappingId },
      });
    return new Alarm(this, 'GivenUpAlarm', {
      alarmDescription: `Records of ${this.node.path} were given up: see its failure bucket; what is not there is lost`,
      metric: new MathExpression({
        expression: 'SUM(METRICS())',
        label: 'records given up',
        period: Duration.minutes(1),
        usingMetrics: {
          filed: ofMapping('OnFailureDestinationDeliveredEventCount'),
          dropped: ofMapping('DroppedEventCount'),
          refused: consumer.metric('DestinationDeliveryFailures', { statistic: 'Sum' }),
        },
      }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}

function failureBucket(scope: Construct): Bucket {
  return new Bucket(scope, 'Failures', {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    lifecycleRules: [{ expiration: KEPT, abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
}
