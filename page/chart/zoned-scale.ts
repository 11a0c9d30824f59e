/** A time axis whose days and hours begin where the zone's do. Times stay UTC, so that no hour comes twice when clocks go back. */
import { defaultHorzScaleBehavior, TickMarkType, type Time } from 'lightweight-charts';
import type { Zone } from '../model/zone.ts';
import { msOf, timeOf } from './units.ts';

const UtcScale = defaultHorzScaleBehavior();
type Points = Parameters<InstanceType<typeof UtcScale>['fillWeightsForPoints']>[0];

export class ZonedScale extends UtcScale {
  zone: Zone;

  constructor(zone: Zone) {
    super();
    this.zone = zone;
  }

  /** Weighs the marks as if UTC were the zone's clock. */
  override fillWeightsForPoints(points: Points, from: number): void {
    const shifted = points.map(point => ({
      ...point,
      time: this.convertHorzItemToInternal(this.#onTheWall(Number(this.key(point.time)))),
    }));
    super.fillWeightsForPoints(shifted, from);
    for (let n = from; n < points.length; n++) {
      const [point, weighed] = [points[n], shifted[n]];
      if (point && weighed) point.timeWeight = weighed.timeWeight;
    }
  }

  #onTheWall(seconds: number): Time {
    const ms = seconds * 1_000;
    return timeOf(ms + this.zone.offsetAt(ms));
  }

  /** The text of a mark on the axis. */
  readonly markText = (time: Time, type: TickMarkType): string => {
    const ms = msOf(time);
    switch (type) {
      case TickMarkType.Year:
        return this.zone.year(ms);
      case TickMarkType.Month:
        return this.zone.month(ms);
      case TickMarkType.DayOfMonth:
        return this.zone.date(ms);
      default:
        return this.zone.clock(ms);
    }
  };

  /** The text at the crosshair, with the year: a mark of the axis that tells it may be far away. */
  readonly crosshairText = (time: Time): string => {
    const ms = msOf(time);
    return `${this.zone.dayWithYear(ms)}  ${this.zone.clock(ms)}`;
  };
}
