/** Refused bars on their way to the quarantine. */
import { describe, expect, test } from '@jest/globals';
import { QuarantineWriter } from '../../../../runtime/ingester/sinks/quarantine-writer.ts';
import type { SetAside } from '../../../../runtime/tables/quarantine/quarantine.ts';
import type { Refused } from '../../../../runtime/tables/quarantine/quarantine-item.ts';
import { VendorWords } from '../../../../runtime/vendor/words.ts';
import { MemoryLogger } from '../support/log.ts';
import { OPEN } from '../support/records.ts';

const atOnce = { first: 0, longest: 0 };
const words = new VendorWords('top-secret');
const refused = { raw: '{"sym":"A"}', reason: 'h is missing', where: 'stocks feed, AM.A' };

describe('refused bars', () => {
  test('are written again until the table takes them', async () => {
    const written: Refused[] = [];
    let failures = 3;
    const put = async (bars: readonly Refused[]) => {
      if (failures-- > 0) throw new Error('the table is away');
      written.push(...bars);
      return [];
    };
    const writer = new QuarantineWriter({
      ...{ quarantine: { put }, words, logger: new MemoryLogger(), backoff: atOnce },
    });
    writer.add(refused, OPEN);
    await writer.close(new AbortController().signal);
    expect(written).toMatchObject([
      {
        at: OPEN,
        place: expect.stringMatching(/^1763649000000#[0-9a-f]{16}$/),
        raw: Buffer.from(refused.raw),
        reason: 'h is missing',
        where: 'stocks feed, AM.A',
      },
    ]);
    expect(writer.total).toBe(1);
  });

  test('go to the log whole when the table stays away or too many wait', async () => {
    const logger = new MemoryLogger();
    const put = async () => {
      throw new Error('the table is away');
    };
    const limit = { records: 1, bytes: 1_000 };
    const writer = new QuarantineWriter({ quarantine: { put }, words, logger, backoff: atOnce, limit });
    writer.add(refused, OPEN);
    writer.add({ ...refused, raw: '{"sym":"B"}' }, OPEN);
    await writer.close(AbortSignal.abort(new Error('time is over')));
    const lost = logger.lines.filter(line => line.includes('finds no place'));
    expect(lost).toHaveLength(2);
    expect(lost.join()).toContain('sym');
  });

  test('show the key nowhere, whatever the vendor quotes it in', async () => {
    const logger = new MemoryLogger();
    const written: Refused[] = [];
    const put = async (bars: readonly Refused[]) => {
      written.push(...bars);
      return [];
    };
    const writer = new QuarantineWriter({ quarantine: { put }, words, logger });
    const reason = 'symbol is "top-secret\u001b": use another';
    writer.add({ raw: '{"sym":"top-secret"}', reason, where: 'stocks feed, AM.top-secret' }, OPEN);
    await writer.close(new AbortController().signal);
    expect(written).toMatchObject([
      {
        raw: Buffer.from('{"sym":"<the key>"}'),
        reason: 'symbol is "<the key>\ufffd": use another',
        where: 'stocks feed, AM.<the key>',
      },
    ]);
    expect(logger.lines).toHaveLength(1);
    expect(logger.lines.join()).not.toContain('top-secret');
  });

  test('that stand for many count as many, kept or dropped', async () => {
    const put = async (bars: readonly Refused[]): Promise<SetAside[]> =>
      bars.filter(({ raw }) => String(raw) === refused.raw).map(each => ({ refused: each, cause: 'no' }));
    const writer = new QuarantineWriter({ quarantine: { put }, words, logger: new MemoryLogger() });
    writer.add({ ...refused, count: 7 }, OPEN);
    writer.add({ ...refused, raw: 'another' }, OPEN);
    await writer.close(new AbortController().signal);
    expect([writer.total, writer.dropped]).toEqual([8, 7]);
  });

  test('that the table will never take are counted and go to the log, cut', async () => {
    const logger = new MemoryLogger();
    const put = async ([first]: readonly Refused[]): Promise<SetAside[]> =>
      first ? [{ refused: first, cause: 'ValidationException: no' }] : [];
    const writer = new QuarantineWriter({ quarantine: { put }, words, logger });
    writer.add({ ...refused, raw: 'x'.repeat(250_000) }, OPEN);
    await writer.close(new AbortController().signal);
    expect(writer.dropped).toBe(1);
    const [line = ''] = logger.lines.filter(each => each.includes('finds no place'));
    expect(line).toContain('ValidationException: no');
    expect(line.length).toBeLessThan(10_000);
  });

  test('hold no more memory than allowed while the table is away, however long they are', async () => {
    const away = Promise.withResolvers<never>();
    const limit = { records: 1_000, bytes: 10_000 };
    const put = () => away.promise;
    const writer = new QuarantineWriter({ quarantine: { put }, words, logger: new MemoryLogger(), limit });
    for (let n = 0; n < 50; n++) writer.add({ ...refused, raw: `${n}`.padEnd(1_000) }, OPEN);
    expect([writer.total, writer.dropped]).toEqual([50, 40]);
    const closed = writer.close(AbortSignal.abort(new Error('time is over')));
    away.reject(new Error('the table is away'));
    await closed;
    expect(writer.dropped).toBe(50);
  });
});
