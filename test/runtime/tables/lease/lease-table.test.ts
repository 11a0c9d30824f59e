/** What the monitor reads of the lease, whoever wrote it. */
import { type AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, test } from '@jest/globals';
import { LeaseItems } from '../../../../runtime/tables/lease/lease-items.ts';
import { LeaseTable } from '../../../../runtime/tables/lease/lease-table.ts';

const lease = { pk: { S: 'stocks' }, epoch: { N: '4' }, counter: { N: '17' } };

/** Reads from a table that answers with this item. */
function read(Item: Record<string, AttributeValue> | undefined) {
  const client = new DynamoDBClient({ region: 'us-east-1' });
  const reply = { output: { $metadata: {}, ...(Item && { Item }) }, response: {} };
  client.middlewareStack.add(() => async () => reply, { step: 'initialize', priority: 'high' });
  return new LeaseTable(new LeaseItems(client, 'lease', 'stocks')).watch();
}

test('a lease that says no more than whose it is', async () => {
  expect(await read(lease)).toEqual({ epoch: 4, counter: 17 });
});

test('a market that nobody ever held a lease of has none', async () => {
  expect(await read(undefined)).toBeUndefined();
});

test('a lease that names the slots and the gap that is being filled', async () => {
  const gap = { from: { N: '1763649000000' }, remaining: { N: '7000' }, symbols: { N: '11000' } };
  const said = { slots: { S: '3,34' }, catchingUp: { M: gap } };
  expect(await read({ ...lease, ...said })).toEqual({
    epoch: 4,
    counter: 17,
    slots: [3, 34],
    catchingUp: { from: 1_763_649_000_000, symbols: 11_000, remaining: 7_000 },
  });
});

test('a lease of a whole market names all 64 slots', async () => {
  expect((await read({ ...lease, slots: { S: '*' } }))?.slots).toHaveLength(64);
});

test.each([
  [{ slots: { S: '3,64' } }, "'64' is no slot: use * or numbers from 0 to 63"],
  [{ slots: { S: '' } }, "'' is no slot: use * or numbers from 0 to 63"],
  [
    { catchingUp: { M: { from: { N: '1' } } } },
    "catchingUp of the lease has undefined as 'remaining': use a number",
  ],
])('%j is refused', async (more, message) => {
  await expect(read({ ...lease, ...more })).rejects.toThrow(message);
});
