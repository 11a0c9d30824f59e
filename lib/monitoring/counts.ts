/** A graph of what is only counted, and no alarm judges. */
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';

export interface Counts {
  readonly title: string;
  readonly metrics: readonly IMetric[];
}
