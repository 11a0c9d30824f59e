/** The environments that `cdk deploy` knows, by name. The one file to edit: docs/configuration.md explains every setting. */

import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Duration, Size } from 'aws-cdk-lib/core';
import type { Environment } from './settings/environment.ts';

export const environments: Readonly<Record<string, Environment>> = {
  dev: {
    feeds: [
      {
        market: 'stocks',
        symbols: ['AAPL', 'AMZN', 'GOOGL', 'META', 'MSFT', 'NVDA', 'SPY', 'TSLA'],
        apiKeySecret: 'barflow/dev/polygon-api-key',
        host: 'delayed.massive.com',
        delay: Duration.minutes(15),
        spot: true,
      },
    ],
    streamRetention: Duration.hours(24),
    removal: 'destroy',
    logRetention: RetentionDays.ONE_WEEK,
    tags: { service: 'barflow', environment: 'dev' },
  },
  prod: {
    feeds: [
      {
        market: 'stocks',
        symbols: '*',
        reconcile: ['AAPL', 'BRK.B', 'SPY'],
        apiKeySecret: 'barflow/prod/polygon-api-key',
        shards: 4,
        task: { cpu: 512, memory: Size.gibibytes(1) },
      },
    ],
    streamRetention: Duration.days(7),
    removal: 'retain',
    tags: { service: 'barflow', environment: 'prod' },
  },
};
