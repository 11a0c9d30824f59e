/** The bar store: a function that keeps the bars of the bars stream where they can be asked for. */
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { barStoreEnv, barStoreSettings } from '../../runtime/bar-store/names.ts';
import type { Environment } from '../settings/environment.ts';
import type { MinutesStorage } from '../storage/feed-storage.ts';
import { BarsFunction } from './bars-function.ts';

export interface BarStoreProps {
  readonly environment: Environment;
  readonly storage: MinutesStorage;
  /** Where the bars are kept. */
  readonly table: Table;
}

export class BarStore extends BarsFunction {
  /** Where the bars are kept. */
  readonly table: Table;

  constructor(scope: Construct, id: string, { environment, storage, table }: BarStoreProps) {
    const { feed, quarantine } = storage;
    super(scope, id, {
      ...{ environment, storage, unit: 'bar-store', settings: barStoreSettings },
      description: `Keeps the bars of ${feed.name} where they can be asked for`,
      variables: {
        [barStoreEnv.barsTable]: table.tableName,
        [barStoreEnv.quarantineTable]: quarantine.tableName,
      },
      // The higher version stays whatever the order, so that nothing is lost by many at once.
      parallel: 10,
    });
    this.table = table;
    table.grant(
      this.role,
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:BatchGetItem',
      'dynamodb:Scan',
    );
    quarantine.grant(this.role, 'dynamodb:BatchWriteItem', 'dynamodb:Scan');
  }
}
