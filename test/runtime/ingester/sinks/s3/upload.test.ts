/** What is safe on disk comes to the bucket once, and in order, whatever fails, is lost or ends on the way. */
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { numbered } from '../../support/numbered.ts';
import { type Fate, S3Rig, seqsIn } from '../../support/s3-rig.ts';

const MINUTE = 60_000;
const KINDS = ['T', 'Q'];

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      count: fc.nat({ max: 12 }),
      size: fc.nat({ max: 400 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), minutes: fc.nat({ max: 20 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), turns: fc.nat({ max: 30 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('trouble' as const),
      fates: fc.array(fc.constantFrom<Fate>('well', 'fails', 'lost', 'end before', 'end behind'), {
        maxLength: 4,
      }),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ do: 'restart' as const }) },
);

test('every event that was taken is in one object, each kind in order, whatever fails or ends on the way', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 25 }),
      fc.constantFrom(700, 2_500, 1e9),
      async (steps, maxObjectBytes) => {
        await using rig = await S3Rig.start();
        let process = await rig.open({ maxObjectBytes });
        let seq = 0;
        const eventOf = (size: number) => {
          const kind = KINDS[++seq % KINDS.length];
          return { ...numbered(seq, kind), ingestTs: rig.now, text: `{"x":"${'x'.repeat(size)}"}` };
        };
        for (const each of steps) {
          if (each.do === 'write') {
            const events = Array.from({ length: each.count }, () => eventOf(each.size));
            expect((await process.outlet.write(events)).left).toEqual([]);
          } else if (each.do === 'pass') {
            rig.now += each.minutes * MINUTE;
            await process.outlet.idle();
          } else if (each.do === 'wait') for (let n = 0; n < each.turns; n++) await turn();
          else if (each.do === 'trouble') rig.fates.push(...each.fates);
          else process = await rig.open({ maxObjectBytes });
        }
        rig.fates = [];
        const last = await rig.open({ maxObjectBytes });
        await last.outlet.close(new AbortController().signal);
        for (const [index, kind] of KINDS.entries()) {
          const own = [...(await rig.objects())].flatMap(([key, text]) =>
            key.includes(`channel=${kind}/`) ? seqsIn(text) : [],
          );
          const taken = Array.from({ length: seq }, (_, n) => n + 1).filter(n => n % KINDS.length === index);
          expect(own).toEqual(taken);
        }
      },
    ),
    { numRuns: 40 },
  );
});
