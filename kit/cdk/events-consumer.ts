/** Subscribes a function to a stream of passed-on events. */
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { StreamConsumer, type StreamConsumerProps } from './stream-consumer.ts';

/** Records are packed: of each lane up to twenty a second. So many are as many events as a function has at hand at once. */
const RECORDS = 100;

/** Called for every record, as Lambda cannot look into them: `handleEvents` filters. */
export class EventsConsumer extends StreamConsumer {
  constructor(scope: Construct, id: string, props: StreamConsumerProps) {
    super(scope, id, { batchSize: RECORDS, batchingWindow: Duration.seconds(0), ...props });
  }
}
