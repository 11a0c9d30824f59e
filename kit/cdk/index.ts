/** What infrastructure subscribes a function with; it needs `aws-cdk-lib` and `constructs`. */
export { BarsConsumer, type BarsConsumerProps, type FailureDestination } from './bars-consumer.ts';
