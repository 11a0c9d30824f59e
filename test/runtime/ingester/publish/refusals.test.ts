/** Refused bars on their way to the quarantine. */
import { describe, expect, test } from '@jest/globals';
import { Refusals } from '../../../../runtime/ingester/publish/refusals.ts';
import type { Refused } from '../../../../runtime/platform/quarantine.ts';
import { MemoryLogger } from '../support/log.ts';
import { OPEN } from '../support/records.ts';

const atOnce = { first: 0, longest: 0 };
const refused = { raw: '{"sym":"A"}', reason: 'h is missing', where: 'stocks feed, AM.A' };

describe('refused bars', () => {
  test('are written again until the table takes them', async () => {
    const written: Refused[] = [];
    let failures = 3;
    const put = async (bars: readonly Refused[]) => {
      if (failures-- > 0) throw new Error('the table is away');
      written.push(...bars);
    };
    const refusals = new Refusals({ quarantine: { put }, logger: new MemoryLogger(), backoff: atOnce });
    refusals.add(refused, OPEN);
    await refusals.close(new AbortController().signal);
    expect(written).toEqual([
      {
        at: OPEN,
        place: expect.stringMatching(/^1763649000000#[0-9a-f]{16}$/),
        raw: Buffer.from(refused.raw),
        reason: 'h is missing',
        where: 'stocks feed, AM.A',
      },
    ]);
    expect(refusals.total).toBe(1);
  });

  test('go to the log whole when the table stays away or too many wait', async () => {
    const logger = new MemoryLogger();
    const put = async () => {
      throw new Error('the table is away');
    };
    const refusals = new Refusals({ quarantine: { put }, logger, backoff: atOnce, limit: 1 });
    refusals.add(refused, OPEN);
    refusals.add({ ...refused, raw: '{"sym":"B"}' }, OPEN);
    await refusals.close(AbortSignal.abort(new Error('time is over')));
    const lost = logger.lines.filter(line => line.includes('finds no place'));
    expect(lost).toHaveLength(2);
    expect(lost.join()).toContain('sym');
  });
});
