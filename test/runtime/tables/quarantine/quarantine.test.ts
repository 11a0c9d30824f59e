/** The quarantine on a real table. */
import { createHash, randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Quarantine } from '../../../../runtime/tables/quarantine/quarantine.ts';
import type { Refused } from '../../../../runtime/tables/quarantine/quarantine-item.ts';
import { LocalAws, TABLE } from '../../ingester/support/aws.ts';

const AT = Date.parse('2025-11-20T23:59:59Z');

function refused(changes: Partial<Refused> = {}): Refused {
  return {
    at: AT,
    place: 'shard-0#1',
    raw: Buffer.from('raw'),
    reason: 'because',
    where: 'here',
    ...changes,
  };
}

describe('the quarantine', () => {
  let aws: LocalAws;
  let quarantine: Quarantine;

  beforeEach(async () => {
    aws = await LocalAws.start();
    quarantine = new Quarantine(aws.dynamoDb, TABLE, 'rollup');
  });

  afterEach(async () => {
    await aws[Symbol.asyncDispose]();
  });

  test('keeps data with reason and place for thirty days', async () => {
    const before = Date.now() / 1000;
    await quarantine.put([refused()]);
    const [item] = await aws.quarantined();
    expect(item).toMatchObject({
      pk: { S: 'rollup#2025-11-20' },
      sk: { S: 'shard-0#1' },
      reason: { S: 'because' },
      where: { S: 'here' },
    });
    expect(Buffer.from(item?.['raw']?.B ?? []).toString()).toBe('raw');
    const days = (Number(item?.['expires']?.N) - before) / 86_400;
    expect(days).toBeGreaterThan(29.99);
    expect(days).toBeLessThan(30.01);
  });

  test('keeps any number, and the same piece once, however often it is refused', async () => {
    const many = Array.from({ length: 60 }, (_, n) => refused({ place: `shard-0#${n}` }));
    await quarantine.put([...many, ...many]);
    await quarantine.put(many);
    expect(await aws.quarantined()).toHaveLength(60);
  });

  test('compresses what is large', async () => {
    const raw = Buffer.alloc(2_000_000, 'x');
    await quarantine.put([refused({ raw })]);
    const [item] = await aws.quarantined();
    expect(item?.['encoding']?.S).toBe('gzip');
    expect(gunzipSync(item?.['raw']?.B ?? Buffer.of()).equals(raw)).toBe(true);
  });

  test('cuts what is too large even then, and keeps its length and hash', async () => {
    const raw = randomBytes(400_000);
    await quarantine.put([refused({ raw })]);
    const [item] = await aws.quarantined();
    expect(item).toMatchObject({
      encoding: { S: 'cut' },
      length: { N: '400000' },
      sha256: { S: createHash('sha256').update(raw).digest('hex') },
    });
    expect(raw.subarray(0, 300 * 1024).equals(item?.['raw']?.B ?? Buffer.of())).toBe(true);
  });

  test('cuts every field, so that the table takes the item whatever stood in the data', async () => {
    const long = '\u001b'.repeat(250_000);
    const raw = randomBytes(250_000);
    await quarantine.put([refused({ raw, reason: long, where: long, place: `9#${long}` })]);
    await quarantine.put([refused({ raw, reason: long, where: long, place: `9#${long}x` })]);
    const items = await aws.quarantined();
    expect(items).toHaveLength(2);
    for (const { reason, where, sk } of items)
      for (const text of [reason?.S, where?.S, sk?.S]) {
        expect(text?.length).toBeLessThanOrEqual(1_000);
        expect(text).not.toContain('\u001b');
      }
  });

  test('sets aside alone what the table refuses, and keeps the rest', async () => {
    const many = Array.from({ length: 30 }, (_, n) => refused({ place: `shard-0#${n}` }));
    const nameless = refused({ place: '' });
    const setAside = await quarantine.put([...many.slice(0, 7), nameless, ...many.slice(7)]);
    expect(setAside).toEqual([{ refused: nameless, cause: expect.stringContaining('ValidationException') }]);
    expect(await aws.quarantined()).toHaveLength(30);
  });

  test('keeps data without bytes, and data of no known time', async () => {
    expect(await quarantine.put([refused({ raw: Buffer.of(), at: Number.NaN })])).toEqual([]);
    expect(await aws.quarantined()).toMatchObject([{ pk: { S: 'rollup#1970-01-01' } }]);
  });

  test('says when the table cannot be reached', async () => {
    const nowhere = new Quarantine(aws.dynamoDb, 'none', 'rollup');
    await expect(nowhere.put([refused()])).rejects.toThrow();
  });
});
