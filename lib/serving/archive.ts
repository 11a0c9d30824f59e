/** The archive: a function that writes every ended day's bars as Parquet files, and the table by which Athena reads them. */
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import { Aws, Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { archiveEnv, archiveSettings } from '../../runtime/archive/names.ts';
import { timeframes } from '../../runtime/markets/timeframe.ts';
import { ScheduledFunction } from '../pipeline/scheduled-function.ts';
import type { Environment } from '../settings/environment.ts';
import { stageOf } from '../settings/stage.ts';
import { unitVariables } from '../settings/unit-variables.ts';
import type { MinutesStorage } from '../storage/feed-storage.ts';
import type { WrittenBucket } from '../storage/written-bucket.ts';

export interface ArchiveProps {
  readonly environment: Environment;
  readonly storage: MinutesStorage;
  /** Where the files are kept. */
  readonly archive: WrittenBucket;
}

/** As Athena names types; as records name columns. */
const columns = [
  ...[['symbol', 'string'] as const, ['start', 'timestamp'] as const, ['end', 'timestamp'] as const],
  ...(['open', 'high', 'low', 'close', 'volume'] as const).map(name => [name, 'double'] as const),
  ...[['volume_exact', 'string'] as const, ['vwap', 'double'] as const, ['trades', 'bigint'] as const],
  ...[['minutes', 'int'] as const, ['uncovered', 'int'] as const, ['session', 'string'] as const],
  ...[['final', 'boolean'] as const, ['version', 'bigint'] as const],
];
/** No day of a feed lies before it. */
const FIRST_DATE = '2003-01-01';

export class Archive extends Construct {
  readonly function: ScheduledFunction;

  constructor(scope: Construct, id: string, { environment, storage, archive }: ArchiveProps) {
    super(scope, id);
    const { feed, state } = storage;
    this.function = new ScheduledFunction(this, 'Function', {
      environment,
      description: `Archives the bars of ${feed.name}`,
      unit: 'archive',
      // Days end at other times in every market, and are revised at any: it looks for what has changed.
      schedule: 'rate(1 hour)',
      // A day of a whole market by columns, and the file that is being made of it.
      memoryMebibytes: 2_048,
      timeout: Duration.minutes(15),
      // The next hour's looks at the same days.
      retries: false,
      variables: {
        ...unitVariables(this, environment, feed, archiveSettings),
        [archiveEnv.stateTable]: state.tableName,
        [archiveEnv.bucket]: archive.bucket.bucketName,
      },
    });
    state.grant(this.function, 'dynamodb:Query');
    this.function.role.addManagedPolicy(archive.writer);
    this.#askable(feed.name, archive);
  }

  /** Athena works out the folders of days and timeframes by itself: nobody has to tell it of new ones. */
  #askable(feed: string, { bucket }: WrittenBucket): void {
    const stage = stageOf(this).node.id;
    const [name, table] = [stage, feed].map(each => each.replaceAll('-', '_'));
    const database = new CfnDatabase(this, 'Database', {
      catalogId: Aws.ACCOUNT_ID,
      databaseInput: {
        name: `barflow_${name}_${table}`,
        description: `Bars of ${feed}, archived by ${stage}`,
      },
    });
    const place = `s3://${bucket.bucketName}/feed=${feed}/`;
    const bars = new CfnTable(this, 'Bars', {
      catalogId: Aws.ACCOUNT_ID,
      databaseName: database.ref,
      tableInput: {
        name: 'bars',
        description: 'Bars of 1m to 4h, a file a timeframe and day',
        tableType: 'EXTERNAL_TABLE',
        partitionKeys: ['timeframe', 'date'].map(key => ({ name: key, type: 'string' })),
        parameters: {
          EXTERNAL: 'TRUE',
          'projection.enabled': 'true',
          'projection.timeframe.type': 'enum',
          'projection.timeframe.values': timeframes.join(','),
          'projection.date.type': 'date',
          'projection.date.format': 'yyyy-MM-dd',
          'projection.date.range': `${FIRST_DATE},NOW`,
          'storage.location.template': `${place}timeframe=\${timeframe}/date=\${date}/`,
        },
        storageDescriptor: {
          columns: columns.map(([column, type]) => ({ name: column, type })),
          location: place,
          inputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
          outputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
          serdeInfo: { serializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' },
        },
      },
    });
    bars.addResourceDependency(database);
  }
}
