/** What the table of a rig's stage has of a symbol. */
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { barIn, seriesKey } from '../../../runtime/tables/bars/bar-item.ts';
import type { Rig } from './rig.ts';

/** Its 5m bars, by their starts. */
export async function storedFives({ engine }: Rig, symbol: string): Promise<unknown[]> {
  const { Items = [] } = await engine.dynamodb.send(
    new QueryCommand({
      TableName: engine.table('Stocks/Store').name,
      KeyConditionExpression: 'pk = :series',
      ExpressionAttributeValues: { ':series': seriesKey({ symbol, timeframe: '5m' }) },
    }),
  );
  return Items.map(item => JSON.parse(barIn(item).text));
}
