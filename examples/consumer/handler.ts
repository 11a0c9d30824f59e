/** Keeps of every bar the highest version, whatever is delivered twice, late, out of order or all over again. */
import { ConditionalCheckFailedException, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { type Bar, barText, handleBars, highestVersions } from 'barflow-kit';

const dynamodb = new DynamoDBClient();

export const handler = handleBars({
  chunk: 25,
  parallel: 8,
  onBars: bars => Promise.all(highestVersions(bars).map(keep)),
});

async function keep(bar: Bar): Promise<void> {
  const put = new PutItemCommand({
    TableName: process.env.TABLE,
    Item: {
      symbol: { S: bar.symbol },
      start: { N: `${bar.start}` },
      version: { N: `${bar.version}` },
      final: { BOOL: bar.final },
      bar: { S: barText(bar) },
    },
    ConditionExpression:
      'attribute_not_exists(symbol) OR #version < :version OR (#version = :version AND #final = :open)',
    ExpressionAttributeNames: { '#version': 'version', '#final': 'final' },
    ExpressionAttributeValues: { ':version': { N: `${bar.version}` }, ':open': { BOOL: false } },
  });
  try {
    await dynamodb.send(put);
  } catch (error) {
    // The table holds a newer version, or this one: nothing to do.
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}
