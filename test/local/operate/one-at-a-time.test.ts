/** A redrive holds one batch, or one page of refused pieces, at a time, however many there are. */
import { expect, test } from '@jest/globals';
import { redriveFailures } from '../../../local/operate/failures.ts';
import { redriveQuarantine } from '../../../local/operate/quarantine.ts';
import { encodeMinuteBar } from '../../../runtime/records/encode.ts';
import type { KeptPiece } from '../../../runtime/tables/quarantine/quarantine-item.ts';
import { minuteBar } from '../../support/rollup-on-twins.ts';

const NOW = Date.parse('2025-11-20T15:00:00Z');

test('batches are read, redriven and filed one after the other', async () => {
  const acts: string[] = [];
  const said: string[] = [];
  const object = (payload: string) =>
    JSON.stringify({
      requestContext: {
        condition: 'RecordAgeExceeded',
        functionArn: `arn:aws:lambda:us-east-1:000000000000:function:${payload === 'd' ? 'gone' : 'rollup'}:$LATEST`,
      },
      KinesisBatchInfo: { shardId: 'shard-0', approximateArrivalOfFirstRecord: 'noon', batchSize: 2 },
      payload,
    });
  const counts = await redriveFailures({
    store: {
      async *keys() {
        for (const key of ['a', 'b', 'c', 'd']) {
          acts.push(`key ${key}`);
          yield key;
        }
      },
      read: async key => object(key),
      file: async key => void acts.push(`file ${key}`),
    },
    functions: new Map([
      [
        'rollup',
        async event => {
          acts.push(`invoke ${event}`);
          return event === 'b' ? { batchItemFailures: [{ itemIdentifier: '1' }] } : null;
        },
      ],
    ]),
    act: true,
    say: line => said.push(line),
  });
  expect(counts).toEqual({ found: 4, done: 2, left: 2 });
  const seen = ['key a', 'invoke a', 'file a', 'key b', 'invoke b', 'key c', 'invoke c', 'file c', 'key d'];
  expect(acts).toEqual(seen);
  expect(said.at(-1)).toBe('d is left: it was meant for function gone, which the feed does not have');
});

/** Pages of pieces that were refused for the reason; what each was asked to do. */
async function redriven(pages: readonly (readonly string[])[], reason = 'a rule of yesterday') {
  const acts: string[] = [];
  const said: string[] = [];
  const counts = await redriveQuarantine({
    store: {
      async *pages() {
        for (const [page, texts] of pages.entries()) {
          acts.push(`page ${page}`);
          yield texts.map(
            (text, index): KeptPiece => ({
              source: 'rollup',
              day: 'rollup#2025-11-20',
              place: `${page}-${index}`,
              stored: Buffer.from(text),
              reason,
            }),
          );
        }
      },
      mark: async ({ place }) => void acts.push(`mark ${place}`),
    },
    put: async entries => void acts.push(`put ${entries.length}`),
    market: 'stocks',
    now: NOW,
    act: true,
    say: line => said.push(line),
  });
  return { acts, said, counts };
}

test('refused pieces are put and marked page by page', async () => {
  const bar = encodeMinuteBar(minuteBar(NOW - 600_000));
  const { acts, counts } = await redriven([[bar, 'nonsense', bar], [], [bar]]);
  expect(counts).toEqual({ found: 4, accepted: 3, done: 3, left: 1 });
  expect(acts).toEqual([
    'page 0',
    'put 2',
    'mark 0-0',
    'mark 0-2',
    'page 1',
    'put 0',
    'page 2',
    'put 1',
    'mark 2-0',
  ]);
});

test('reasons are counted without an end to their number', async () => {
  const { said } = await redriven([Array.from({ length: 200 }, (_, index) => `nonsense ${index}`)]);
  expect(said).toHaveLength(51);
  expect(said.at(-1)).toBe('150 stay: other reasons');
});

test('minutes that a watermark from the future made old are taken again, those of a week ago and of tomorrow are not', async () => {
  const day = 86_400_000;
  const bars = [NOW - day, NOW - 8 * day, NOW + day].map(start => encodeMinuteBar(minuteBar(start)));
  const { said, counts } = await redriven([bars], 'older than the log');
  expect(counts).toMatchObject({ accepted: 1, left: 2 });
  expect(said).toEqual([
    '1 stay: older than the log: no log is left that could take them',
    '1 stay: still refused: of a time that has not come',
  ]);
});
