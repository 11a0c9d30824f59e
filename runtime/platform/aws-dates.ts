/** Hears from every answer of AWS what time it is there. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import * as v from 'valibot';
import type { DatedAnswer } from './clock-check.ts';

/** One answer as it came over HTTP. */
const response = v.object({ headers: v.object({ date: v.optional(v.string()) }) });
/** Nearest to the network: neither signing nor waiting between attempts counts. */
const place = { step: 'deserialize', priority: 'low' } as const;

export function hearDates(
  { kinesis, dynamoDb }: { readonly kinesis: KinesisClient; readonly dynamoDb: DynamoDBClient },
  heard: (answer: DatedAnswer) => void,
): void {
  const hear = (asked: number, came: unknown) => {
    const { success, output } = v.safeParse(response, came);
    if (success) heard({ date: output.headers.date, asked, answered: Date.now() });
  };
  kinesis.middlewareStack.add(
    next => async args => {
      const asked = Date.now();
      const result = await next(args);
      hear(asked, result.response);
      return result;
    },
    place,
  );
  dynamoDb.middlewareStack.add(
    next => async args => {
      const asked = Date.now();
      const result = await next(args);
      hear(asked, result.response);
      return result;
    },
    place,
  );
}
