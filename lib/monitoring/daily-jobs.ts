/** What is looked at once a day: the vendor's calendar, our bars beside the vendor's, and what is traded most. */

import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { calendarEnv } from '../../runtime/calendar-check/names.ts';
import type { Market } from '../../runtime/markets/names.ts';
import { reconcileEnv, reconcileSettings } from '../../runtime/reconcile/names.ts';
import { ScheduledFunction } from '../pipeline/scheduled-function.ts';
import type { Environment } from '../settings/environment.ts';
import type { FeedWithDefaults } from '../settings/feed-defaults.ts';
import { unitVariables } from '../settings/unit-variables.ts';
import type { MinutesStorage } from '../storage/feed-storage.ts';
import { UniverseJob } from './universe-job.ts';

export interface DailyJobsProps {
  readonly environment: Environment;
  readonly storage: MinutesStorage;
}

/**
 * When the vendor's bars of a day are complete, by market: past the last session's end, delay and late prints. Then every hour for six
 * hours, for a vendor that is down; a day that has its report is not compared again.
 */
const AFTER_THE_CLOSE: Readonly<Record<Market, { readonly schedule: string; readonly timeZone: string }>> = {
  // From 20:30 to 02:30 in New York: where it is earlier, that is one day.
  stocks: { schedule: 'cron(30 17-23 ? * MON-FRI *)', timeZone: 'America/Los_Angeles' },
  futures: { schedule: 'cron(30 16-22 ? * MON-FRI *)', timeZone: 'America/Chicago' },
  crypto: { schedule: 'cron(30 0-6 * * ? *)', timeZone: 'UTC' },
  options: { schedule: 'cron(30 17-23 ? * MON-FRI *)', timeZone: 'America/Los_Angeles' },
  forex: { schedule: 'cron(30 17-23 ? * MON-FRI *)', timeZone: 'America/New_York' },
  indices: { schedule: 'cron(30 17-23 ? * MON-FRI *)', timeZone: 'America/Los_Angeles' },
};

export class DailyJobs extends Construct {
  readonly jobs: readonly ScheduledFunction[];

  constructor(scope: Construct, id: string, { environment, storage }: DailyJobsProps) {
    super(scope, id);
    const { feed } = storage;
    const key = Secret.fromSecretNameV2(this, 'ApiKey', feed.apiKeySecret);
    const jobs: ScheduledFunction[] = [];
    // The vendor announces days of stock exchanges only.
    if (feed.market === 'stocks') jobs.push(this.#calendar(environment, feed));
    if (feed.reconcile.length > 0) {
      const reconcile = new ScheduledFunction(this, 'Reconcile', {
        environment,
        description: `Compares bars of ${feed.name} with the vendor's own`,
        unit: 'reconcile',
        ...AFTER_THE_CLOSE[feed.market],
        // The longest that Lambda allows: the smallest plan takes a quarter of a minute for each question.
        timeout: Duration.minutes(15),
        retries: true,
        variables: {
          ...unitVariables(this, environment, feed, reconcileSettings),
          [reconcileEnv.symbols]: feed.reconcile.join(','),
          [reconcileEnv.apiKeySecret]: feed.apiKeySecret,
          [reconcileEnv.stateTable]: storage.state.tableName,
          [reconcileEnv.reportBucket]: storage.reports.bucket.bucketName,
        },
      });
      storage.state.grant(reconcile, 'dynamodb:Query');
      reconcile.role.addManagedPolicy(storage.reports.writer);
      jobs.push(reconcile);
    }
    if (feed.universe && feed.symbolSource)
      jobs.push(
        new UniverseJob(this, 'Universe', {
          environment,
          storage,
          universe: feed.universe,
          list: feed.symbolSource,
        }).function,
      );
    for (const job of jobs)
      job.role.addToPolicy(
        new PolicyStatement({
          actions: ['secretsmanager:GetSecretValue'],
          resources: [`${key.secretArn}-??????`],
        }),
      );
    this.jobs = jobs;
  }

  #calendar(environment: Environment, feed: FeedWithDefaults): ScheduledFunction {
    return new ScheduledFunction(this, 'Calendar', {
      environment,
      description: "Compares the vendor's announced days with the calendar",
      unit: 'calendar-check',
      name: 'calendar',
      schedule: 'cron(0 3 * * ? *)',
      timeZone: 'America/New_York',
      timeout: Duration.minutes(3),
      retries: true,
      variables: {
        ...unitVariables(this, environment, feed, []),
        [calendarEnv.apiKeySecret]: feed.apiKeySecret,
      },
    });
  }

  /** How often each of them failed. */
  get errors(): readonly Metric[] {
    return this.jobs.map(({ errors }) => errors);
  }
}
