/** What the quarantine keeps, for an operator who has it looked at again. */
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type Item, type KeptPiece, keyOf, pieceIn } from './quarantine-item.ts';

export class KeptPieces {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  /** Pieces that have not been redriven, page by page; those of one may be marked before the next is asked for. */
  async *pages(): AsyncGenerator<readonly KeptPiece[]> {
    let from: Item | undefined;
    do {
      const scan: ScanCommand = new ScanCommand({
        TableName: this.#table,
        FilterExpression: 'attribute_not_exists(redriven)',
        ...(from ? { ExclusiveStartKey: from } : {}),
      });
      const page = await this.#client.send(scan);
      yield (page.Items ?? []).map(pieceIn);
      from = page.LastEvaluatedKey;
    } while (from);
  }

  /** How many pieces there are, redriven or not. */
  async count(): Promise<number> {
    let count = 0;
    let from: Item | undefined;
    do {
      const scan: ScanCommand = new ScanCommand({
        TableName: this.#table,
        Select: 'COUNT',
        ...(from ? { ExclusiveStartKey: from } : {}),
      });
      const page = await this.#client.send(scan);
      count += page.Count ?? 0;
      from = page.LastEvaluatedKey;
    } while (from);
    return count;
  }

  /** Marks the piece, so that it is not taken again; it stays until it expires. */
  async mark(piece: KeptPiece): Promise<void> {
    const mark = new UpdateItemCommand({
      TableName: this.#table,
      Key: keyOf(piece),
      UpdateExpression: 'SET redriven = :now',
      // What has expired meanwhile must not come back as an empty item.
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':now': { S: new Date().toISOString() } },
    });
    try {
      await this.#client.send(mark);
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }
}
