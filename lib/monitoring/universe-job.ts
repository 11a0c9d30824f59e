/** The function that writes the most traded symbols into the list of a feed, after every close. */
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { universeEnv, universeSettings } from '../../runtime/universe/names.ts';
import { ScheduledFunction } from '../pipeline/scheduled-function.ts';
import { mayWrite, sourceName } from '../pipeline/symbol-list.ts';
import type { Environment } from '../settings/environment.ts';
import type { SymbolSource } from '../settings/name-faults.ts';
import { unitVariables } from '../settings/unit-variables.ts';
import type { Universe } from '../settings/universe-faults.ts';
import type { MinutesStorage } from '../storage/feed-storage.ts';

export interface UniverseJobProps {
  readonly environment: Environment;
  readonly storage: MinutesStorage;
  readonly universe: Universe;
  /** Where the list is kept. */
  readonly list: SymbolSource;
}

export class UniverseJob extends Construct {
  readonly function: ScheduledFunction;

  constructor(scope: Construct, id: string, { environment, storage, universe, list }: UniverseJobProps) {
    super(scope, id);
    const { feed, monitor } = storage;
    const { size, hysteresis = 0.2, changesPerDay = Math.ceil(size / 10), sessions = 5 } = universe;
    this.function = new ScheduledFunction(this, 'Function', {
      environment,
      description: `Ranks the symbols of ${feed.name} by what they trade`,
      unit: 'universe',
      // Past the last session's end, delay and late prints, and every hour until midnight for a vendor that is down: a day that is done is not done again.
      schedule: 'cron(45 17-20 ? * MON-FRI *)',
      timeZone: 'America/Los_Angeles',
      // The smallest plan takes a quarter of a minute for each of two dozen questions.
      timeout: Duration.minutes(15),
      memoryMebibytes: 512,
      retries: true,
      variables: {
        ...unitVariables(this, environment, feed, universeSettings),
        [universeEnv.apiKeySecret]: feed.apiKeySecret,
        [universeEnv.list]: sourceName(list),
        [universeEnv.size]: `${size}`,
        [universeEnv.hysteresis]: `${hysteresis}`,
        [universeEnv.changesPerDay]: `${changesPerDay}`,
        [universeEnv.sessions]: `${sessions}`,
        [universeEnv.memoryTable]: monitor.tableName,
      },
    });
    monitor.grant(this.function, 'dynamodb:GetItem', 'dynamodb:PutItem');
    const writing = mayWrite(this, list);
    if (writing) this.function.role.addToPolicy(writing);
  }
}
