/** The rules of delivery, one batch at a time, without servers or time. */
import { describe, expect, test } from '@jest/globals';
import { type DeliveryEdge, type DeliveryRules, deliver } from '../../../local/engine/delivery.ts';
import type { WireRecord } from '../../../local/engine/wire.ts';

const lenient: DeliveryRules = { retries: -1, bisect: false, maxAgeMs: undefined, reports: false };

/** Records whose numbers count from 0 and which arrive one second after the other, from second 0 on. */
function batchOf(texts: string): WireRecord[] {
  return [...texts].map((Data, second) => {
    return { SequenceNumber: `${second}`, PartitionKey: 'k', Data, ApproximateArrivalTimestamp: second };
  });
}

/** Delivers `texts` to `handler`; what happened in order: `abc` invoked, `ok 2` done up to record 2, `lost ab …`. */
async function outcome(
  texts: string,
  rules: Partial<DeliveryRules>,
  handler: (texts: string, attempt: number) => unknown,
  now = 0,
) {
  const log: string[] = [];
  let attempts = 0;
  const textOf = (records: readonly WireRecord[]) => records.map(({ Data }) => Data).join('');
  const edge: DeliveryEdge = {
    now: () => now,
    invoke: async records => {
      log.push(textOf(records));
      return handler(textOf(records), ++attempts);
    },
    checkpoint: record => log.push(`ok ${record.SequenceNumber}`),
    giveUp: async (records, why, invocations) =>
      void log.push(`lost ${textOf(records)} ${why} ${invocations}`),
    failed: () => undefined,
    pause: async failures => void log.push(`pause ${failures}`),
  };
  await deliver(batchOf(texts), { ...lenient, ...rules }, edge);
  return log;
}

const fail = () => {
  throw new Error('no');
};
const report = (...numbers: (number | string)[]) => ({
  batchItemFailures: numbers.map(number => ({ itemIdentifier: `${number}` })),
});

describe('a delivery', () => {
  test('is done with a batch that the function takes', async () => {
    expect(await outcome('abc', {}, () => undefined)).toEqual(['abc', 'ok 2']);
  });

  test('is tried again for ever, ever more slowly, where retries are unlimited', async () => {
    const log = await outcome('ab', {}, (_, attempt) => (attempt < 4 ? fail() : undefined));
    expect(log).toEqual(['ab', 'pause 1', 'ab', 'pause 2', 'ab', 'pause 3', 'ab', 'ok 1']);
  });

  test('is given up after its retries and then done with', async () => {
    const log = await outcome('ab', { retries: 2 }, fail);
    expect(log).toEqual(['ab', 'pause 1', 'ab', 'pause 2', 'ab', 'lost ab RetryAttemptsExhausted 3', 'ok 1']);
  });

  test('does not use up retries by bisection', async () => {
    const log = await outcome('abcd', { retries: 0, bisect: true }, texts =>
      texts.includes('c') ? fail() : undefined,
    );
    expect(log.filter(line => !line.startsWith('pause'))).toEqual([
      'abcd',
      'ab',
      'ok 1',
      'cd',
      'c',
      'lost c RetryAttemptsExhausted 1',
      'ok 2',
      'd',
      'ok 3',
    ]);
  });

  test('starts again at the lowest record reported and keeps what is before it', async () => {
    const log = await outcome('abcd', { reports: true }, (_, attempt) =>
      attempt === 1 ? report(3, 1) : report(),
    );
    expect(log).toEqual(['abcd', 'ok 0', 'pause 1', 'bcd', 'ok 3']);
  });

  test('gives up the rest when the same record is reported too often', async () => {
    const log = await outcome('abc', { reports: true, retries: 1 }, () => report(1));
    expect(log).toEqual(['abc', 'ok 0', 'pause 1', 'bc', 'lost bc RetryAttemptsExhausted 2', 'ok 2']);
  });

  test.each<[string, unknown]>([
    ['a record that was not in the batch', report(99)],
    ['an empty identifier', report('')],
    ['no identifier', { batchItemFailures: [{}] }],
    ['something that is no report', 'done'],
  ])('is tried again as a whole after a report of %s', async (_, answer) => {
    const log = await outcome('abc', { reports: true, retries: 0 }, () => answer);
    expect(log).toEqual(['abc', 'lost abc RetryAttemptsExhausted 1', 'ok 2']);
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['an empty object', {}],
    ['an empty list', report()],
    ['no list', { batchItemFailures: null }],
  ])('is done with after a report of %s', async (_, answer) => {
    expect(await outcome('abc', { reports: true }, () => answer)).toEqual(['abc', 'ok 2']);
  });

  test('gives up records that are too old and delivers the rest', async () => {
    const log = await outcome('abcd', { maxAgeMs: 60_000 }, () => undefined, 62_000);
    expect(log).toEqual(['lost ab RecordAgeExceeded 0', 'ok 1', 'cd', 'ok 3']);
  });

  test('gives up a whole batch that grew too old', async () => {
    expect(await outcome('ab', { maxAgeMs: 60_000 }, () => undefined, 90_000)).toEqual([
      'lost ab RecordAgeExceeded 0',
      'ok 1',
    ]);
  });
});
