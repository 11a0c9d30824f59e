/** What the crosshair says of an instant, by the clock of the axis's zone. */
import { expect, test } from '@jest/globals';
import { timeOf } from '../../../page/chart/units.ts';
import { ZonedScale } from '../../../page/chart/zoned-scale.ts';
import { Zone } from '../../../page/model/zone.ts';

test('the crosshair tells day, year and time of a bar, however old it is', () => {
  const { crosshairText } = new ZonedScale(new Zone('America/New_York'));
  expect(crosshairText(timeOf(Date.parse('2013-10-08T13:46:00Z')))).toBe('Tue 8 Oct 2013  09:46');
  expect(crosshairText(timeOf(Date.parse('2026-01-01T03:00:00Z')))).toBe('Wed 31 Dec 2025  22:00');
});
