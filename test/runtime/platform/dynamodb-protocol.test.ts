/** Our reader of Query's answers, held to the SDK's own: whatever comes, both make the same of it. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { DynamoDBClient, QueryCommand, QueryOutput$ } from '@aws-sdk/client-dynamodb';
import { AwsJson1_0Protocol } from '@aws-sdk/core/protocols';
import { afterAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dynamoDbClient } from '../../../runtime/platform/aws.ts';
import { DynamoDbProtocol } from '../../../runtime/platform/dynamodb-protocol.ts';

const settings = { defaultNamespace: 'com.amazonaws.dynamodb', serviceTarget: 'DynamoDB_20120810' };

class Ours extends DynamoDbProtocol {
  readAnswer(text: string): unknown {
    return this.deserializer.read(QueryOutput$, Buffer.from(text));
  }
}

class Theirs extends AwsJson1_0Protocol {
  readAnswer(text: string): unknown {
    return this.deserializer.read(QueryOutput$, Buffer.from(text));
  }
}

const ours = new Ours({ ...settings, errorTypeRegistries: [] });
const theirs = new Theirs({ ...settings, errorTypeRegistries: [] });

const servers: ReturnType<typeof createServer>[] = [];
afterAll(() => {
  for (const server of servers) server.close().closeAllConnections();
});

/** @returns the endpoint of a server that answers so */
async function answering(body: string): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
  });
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`;
}

/** What is made of it, or that it cannot be read. */
async function outcomeOf(protocol: Ours | Theirs, text: string): Promise<unknown> {
  try {
    return { read: await protocol.readAnswer(text) };
  } catch (error) {
    return { failed: error instanceof Error ? error.name : error };
  }
}

const text = fc.string({ unit: 'grapheme' });
const plain = fc.oneof(
  fc.record({ S: text }),
  fc.record({ N: fc.bigInt().map(String) }),
  fc.record({ BOOL: fc.boolean() }),
  fc.record({ B: fc.uint8Array().map(bytes => Buffer.from(bytes).toString('base64')) }),
);
const { value } = fc.letrec<{ value: object }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small' },
    plain,
    fc.record({ NULL: fc.boolean() }),
    fc.record({ SS: fc.array(text) }),
    fc.record({ L: fc.array(tie('value'), { maxLength: 3 }) }),
    fc.record({ M: fc.dictionary(text, tie('value'), { maxKeys: 3 }) }),
  ),
}));
const unusual = fc.oneof(
  fc.constantFrom({}, null, 5, 'x', [], { S: null }, { X: 'y' }, { S: 'a', N: '1' }, { B: 'no base64!' }),
  value,
);
const itemOf = (of: fc.Arbitrary<unknown>) =>
  fc.dictionary(fc.oneof(text, fc.constant('version')), of, { maxKeys: 4 });
const answerOf = (of: fc.Arbitrary<unknown>) =>
  fc.record(
    {
      Items: fc.array(itemOf(of), { maxLength: 6 }),
      Count: fc.nat(),
      ScannedCount: fc.nat(),
      LastEvaluatedKey: itemOf(of),
    },
    { requiredKeys: [] },
  );

test.each([
  ['plain values', answerOf(plain)],
  ['values of every kind', answerOf(value)],
  ['values that are none', answerOf(unusual)],
  [
    'other members',
    fc.record({ Items: fc.constant([]), ConsumedCapacity: fc.object(), More: fc.anything() }),
  ],
  ['anything', fc.jsonValue()],
])('an answer of %s is read as the SDK reads it', async (_, answers) => {
  await fc.assert(
    fc.asyncProperty(answers, async answer => {
      const written = JSON.stringify(answer);
      expect(await outcomeOf(ours, written)).toEqual(await outcomeOf(theirs, written));
    }),
    { numRuns: 150 },
  );
});

test('the client reads by it, bytes as bytes of their own', async () => {
  const client = dynamoDbClient({
    ...{ region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } },
    endpoint: await answering('{"Items":[{"sk":{"S":"ä"},"body":{"B":"AQID"}}],"Count":1}'),
  });
  const { Items, Count } = await client.send(new QueryCommand({ TableName: 'state' }));
  expect([Items, Count]).toEqual([[{ sk: { S: 'ä' }, body: { B: new Uint8Array([1, 2, 3]) } }], 1]);
  expect(Items?.[0]?.['body']?.B?.constructor).toBe(Uint8Array);
  expect(client).toBeInstanceOf(DynamoDBClient);
  client.destroy();
});
