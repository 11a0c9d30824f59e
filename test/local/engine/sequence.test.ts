/** The faster conversion of sequence numbers gives what the local Kinesis' own gives. */
import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fastSequences, type SequenceCodec } from '../../../local/engine/sequence.ts';

const slow: SequenceCodec = createRequire(import.meta.url)('kinesalite/db');
const fast = fastSequences(slow);

const parts = fc.record({
  shardCreateTime: fc.integer({ min: 1, max: 4_000_000_000 }).map(seconds => seconds * 1000),
  seqIx: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(String),
  seqTime: fc.integer({ min: 1, max: 4_000_000_000 }).map(seconds => seconds * 1000),
  shardIx: fc.integer({ min: 0, max: 100_000 }),
});

describe('fast sequence numbers', () => {
  test('are the same as the slow ones, there and back', () => {
    fc.assert(
      fc.property(parts, sequence => {
        const text = slow.stringifySequence(sequence);
        expect(fast.stringifySequence(sequence)).toBe(text);
        expect(fast.parseSequence(text)).toEqual(slow.parseSequence(text));
      }),
    );
  });

  test('keep what the slow ones do without an index or a time', () => {
    for (const sequence of [{ shardCreateTime: 1e12 }, { shardCreateTime: 1e12, shardIx: 3, seqIx: null }]) {
      expect(fast.stringifySequence(sequence)).toBe(slow.stringifySequence(sequence));
    }
  });

  test.each(['0', '12', 'abc', '49590338271490256608559692538361571095921575989136588801'])(
    'treat %s the same',
    text => {
      const outcome = (codec: SequenceCodec) => {
        try {
          return codec.parseSequence(text);
        } catch (error) {
          return String(error);
        }
      };
      expect(outcome(fast)).toEqual(outcome(slow));
    },
  );
});
