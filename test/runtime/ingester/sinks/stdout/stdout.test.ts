/** Events as lines of an output, as a log would write them. */
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from '@jest/globals';
import { LinesTo, logLine } from '../../../../../runtime/ingester/sinks/stdout/stdout.ts';
import { numbered } from '../../support/numbered.ts';

describe('lines to an output', () => {
  test('name their target, kind and symbol before the vendor’s own text', async () => {
    const output = new PassThrough();
    const outlet = new LinesTo(output, logLine);
    const event = { ...numbered(7), ingestTs: 1_763_649_001_123, text: '{"ev":"T",\n"sym":"AAPL"}' };
    expect(await outlet.write([event, numbered(8, 'Q')])).toEqual({ left: [] });
    output.end();
    expect(await text(output)).toBe(
      '2025-11-20T14:30:01.123Z INFO polygon_events: T:AAPL {"ev":"T", "sym":"AAPL"}\n' +
        '1970-01-01T00:00:00.000Z INFO polygon_events: Q:AAPL {"ev":"Q","sym":"AAPL","q":8}\n',
    );
  });

  test('are one an event, whatever its symbol is', () => {
    expect(logLine(numbered(1, 'T', 'A\nB'))).not.toContain('\n');
  });

  test('are over when whoever reads them has gone', async () => {
    const output = new PassThrough();
    const outlet = new LinesTo(output, logLine);
    output.destroy(new Error('EPIPE'));
    const events = [numbered(1)];
    expect(await outlet.write(events)).toMatchObject({ left: events, isGone: true });
  });
});
