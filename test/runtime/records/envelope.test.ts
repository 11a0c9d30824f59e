/** The line in which a passed-on event goes to whoever reads. */
import { describe, expect, test } from '@jest/globals';
import { envelopeLine } from '../../../runtime/records/envelope.ts';

const passing = {
  feed: 'stocks',
  hostname: 'ip-10-0-0-1',
  version: '0.2.0',
  seq: 123456,
  ingestTs: 1763649001123,
};
const trade = { kind: 'T', symbol: 'AAPL', topic: 'T.AAPL', ts: 1763649000987 };

describe('an envelope', () => {
  test('has its fields in one order, and the vendor’s text as it came', () => {
    expect(envelopeLine({ ...trade, text: '{"ev":"T","sym":"AAPL","p":175.50}' }, passing)).toBe(
      '{"ingest_ts":1763649001123,"type":"T","symbol":"AAPL","topic":"T.AAPL","feed":"stocks","ts":1763649000987,' +
        '"payload":{"ev":"T","sym":"AAPL","p":175.50},"hostname":"ip-10-0-0-1","app_version":"0.2.0","schema_version":1,"seq":123456}',
    );
  });

  test('is JSON on one line, whatever the symbol is and wherever the vendor breaks its lines', () => {
    const symbol = 'A"B\nC';
    const line = envelopeLine({ ...trade, symbol, text: '{"ev":"T",\r\n"sym":"A\\"B\\nC"}' }, passing);
    expect(line).not.toMatch(/[\r\n]/);
    expect(JSON.parse(line)).toMatchObject({ symbol, payload: { ev: 'T', sym: symbol } });
  });
});
