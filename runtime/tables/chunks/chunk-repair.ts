/** What an operator may change of a slot's log, who knows that it is wrong: nobody else takes a chunk out or writes one again. */
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type ChunkHead, chunkKey } from './chunk-item.ts';

export class ChunkRepair {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  /** Takes the chunk out, which leaves a hole: only where no minute stands in it. */
  async takeOut(chunk: ChunkHead): Promise<void> {
    await this.#client.send(new DeleteItemCommand({ TableName: this.#table, Key: chunkKey(chunk) }));
  }

  /** Lets the chunk know another watermark of the slot, and bring none of its own where `hasOwn` is false. */
  async correct(
    chunk: ChunkHead,
    { slotThrough, hasOwn }: { readonly slotThrough: number; readonly hasOwn: boolean },
  ): Promise<void> {
    const command = new UpdateItemCommand({
      TableName: this.#table,
      Key: chunkKey(chunk),
      UpdateExpression: `SET slotThrough = :slotThrough${hasOwn ? '' : ' REMOVE #through'}`,
      // What has expired meanwhile must not come back as an empty item.
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':slotThrough': { N: String(slotThrough) } },
      ...(hasOwn ? {} : { ExpressionAttributeNames: { '#through': 'through' } }),
    });
    try {
      await this.#client.send(command);
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }
}
