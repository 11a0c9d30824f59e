/** Names of objects in the bucket. */
import { describe, expect, test } from '@jest/globals';
import { wholeLines } from '../../../../../runtime/ingester/sinks/s3/cut.ts';
import {
  folderOf,
  keyOf,
  markerOf,
  numberIn,
  stemOf,
  windowAt,
} from '../../../../../runtime/ingester/sinks/s3/layout.ts';

const at = (time: string) => Date.parse(`2025-11-20T${time}Z`);

describe('the layout of the bucket', () => {
  test('is by kind, day, hour and window, in UTC', () => {
    const folder = folderOf('raw/', 'AM', windowAt(at('14:44:59.999'), 15));
    const parts = [
      'raw',
      'channel=AM',
      'ingest_dt=2025/11/20',
      'hour=14',
      'part=20251120_1430-20251120_1445',
    ];
    expect(folder).toBe(`${parts.join('/')}/`);
    expect(keyOf(stemOf(folder, 'ip-10-0-0-1'), 7)).toBe(`${folder}ip-10-0-0-1-seq=000007.ndjson`);
    expect(markerOf(folder)).toBe(`${folder}uploading.marker`);
  });

  test('has windows from midnight on, of which the last ends with the day', () => {
    expect(windowAt(at('00:00:00'), 1_440)).toEqual({
      start: at('00:00:00'),
      end: at('00:00:00') + 86_400_000,
    });
    const last = windowAt(at('23:59:59'), 7);
    expect(last).toEqual({ start: at('23:55:00'), end: at('00:00:00') + 86_400_000 });
    expect(folderOf('', 'T', last)).toMatch(/\/part=20251120_2355-20251121_0000\/$/);
  });

  test('takes no character of a host’s name that a key should not have', () => {
    expect(stemOf('f/', 'my host/1\n')).toBe('f/my-host-1--seq=');
  });

  test('finds the number in a key of that host, and none in others', () => {
    const stem = stemOf('f/', 'host');
    expect(numberIn(keyOf(stem, 12), stem)).toBe(12);
    expect(numberIn('f/host-seq=1234567.ndjson', stem)).toBe(1_234_567);
    for (const other of ['f/host-2-seq=000001.ndjson', 'f/host-seq=000001.ndjson.gz', 'f/uploading.marker'])
      expect(numberIn(other, stem)).toBe(0);
  });
});

describe('a file of lines that was left in the middle', () => {
  test.each([
    ['{"a":1}\n{"b":2}\n', 16],
    ['{"a":1}\n{"b":', 8],
    ['{"a":1}', 0],
    ['{"a":1}\n\0\0\0\0', 8],
    ['{"a":1}\n\0\0\0}\n', 8],
    ['\n', 0],
    ['', 0],
  ])('of %j has %i bytes of whole lines', (text, bytes) => {
    expect(wholeLines(Buffer.from(text))).toBe(bytes);
  });
});
