/** Which of the two ingesters the variables are for. */
import { expect, test } from '@jest/globals';
import { standsAlone } from '../../../runtime/ingester/stands-alone.ts';

test('an ingester stands alone where a sink is named and no lease', () => {
  expect(standsAlone({ SINK: 'stdout' })).toBe(true);
  expect(standsAlone({ EMIT_NDJSON: 'true' })).toBe(true);
  expect(standsAlone({ SINK: ' ' })).toBe(false);
  expect(standsAlone({ SINK: 'redis', LEASE_TABLE: 'lease' })).toBe(false);
});
