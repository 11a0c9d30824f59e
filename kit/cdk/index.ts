/** What infrastructure subscribes a function with; it needs `aws-cdk-lib` and `constructs`. */
export { BarsConsumer, type BarsConsumerProps } from './bars-consumer.ts';
export { EventsConsumer } from './events-consumer.ts';
export type { FailureDestination, StreamConsumerProps } from './stream-consumer.ts';
