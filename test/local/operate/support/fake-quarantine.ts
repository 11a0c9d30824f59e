/** A quarantine table and a minutes stream as DynamoDB and Kinesis answer for them, as far as `redrive` asks. */
import * as v from 'valibot';

/** An item in the wire format of DynamoDB, its bytes in base64. */
export type WireItem = Record<string, { readonly S?: string; readonly B?: string }>;

const update = v.object({
  Key: v.object({ pk: v.object({ S: v.string() }), sk: v.object({ S: v.string() }) }),
  ExpressionAttributeValues: v.object({ ':now': v.object({ S: v.string() }) }),
});
const puts = v.object({ Records: v.array(v.object({ Data: v.string(), PartitionKey: v.string() })) });

interface Answer {
  readonly code?: number;
  readonly body: object;
}

export class FakeQuarantine {
  readonly items: WireItem[] = [];
  /** Texts of the records that the stream took. */
  readonly taken: string[] = [];
  /** How many records the stream still refuses, one after another. */
  refusals = 0;
  /** Whether whoever asks may not mark anything. */
  refusesMarks = false;
  /** Called before an item is marked. */
  beforeMark: (() => void) | undefined;

  /** A page of one item each, so that whoever asks must go on. */
  scan(body: string): Answer {
    const { ExclusiveStartKey: after } = Object(JSON.parse(body));
    const all = this.items.filter(item => item['redriven'] === undefined);
    const index = after === undefined ? 0 : all.findIndex(({ sk }) => (sk?.S ?? '') > after.sk.S);
    const [item, next] = index < 0 ? [] : all.slice(index, index + 2);
    const last = next === undefined ? {} : { LastEvaluatedKey: { pk: item?.['pk'], sk: item?.['sk'] } };
    return { body: { Items: item === undefined ? [] : [item], ...last } };
  }

  update(body: string): Answer {
    if (this.refusesMarks) return { code: 400, body: { __type: 'AccessDeniedException' } };
    this.beforeMark?.();
    const { Key, ExpressionAttributeValues } = v.parse(update, JSON.parse(body));
    const item = this.items.find(({ pk, sk }) => pk?.S === Key.pk.S && sk?.S === Key.sk.S);
    if (item === undefined) return { code: 400, body: { __type: 'ConditionalCheckFailedException' } };
    item['redriven'] = ExpressionAttributeValues[':now'];
    return { body: {} };
  }

  put(body: string): Answer {
    const results = v.parse(puts, JSON.parse(body)).Records.map(({ Data }) => {
      if (this.refusals-- > 0) return { ErrorCode: 'ProvisionedThroughputExceededException' };
      this.taken.push(Buffer.from(Data, 'base64').toString());
      return { SequenceNumber: String(this.taken.length), ShardId: 'shardId-000000000000' };
    });
    return { body: { Records: results, FailedRecordCount: 0 } };
  }
}
