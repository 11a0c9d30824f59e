/** The numbers of the bar under the pointer, or of the newest. */
import { priceText, volumeText } from '../model/numbers.ts';
import type { Point } from '../model/timeline.ts';
import type { Zone } from '../model/zone.ts';
import { found, mark, write } from './dom.ts';

export interface LegendInput {
  readonly point: Point | undefined;
  /** The day's VWAP there. */
  readonly vwap: number | undefined;
  readonly decimals: number;
  readonly zone: Zone;
  /** Event time, epoch ms; absent until the first status. */
  readonly now: number | undefined;
}

const MINUTE = 60_000;

/** What is special about a window: that it is open, or how much of it was not seen. */
export function remarkOf({ start, end, bar, isUncovered }: Point): string {
  const minutes = Math.round((end - start) / MINUTE);
  const unseen = bar?.uncovered ?? (isUncovered ? minutes : 0);
  const parts = [
    ...(bar && !bar.final ? ['open window'] : []),
    ...(unseen > 0 ? [`${unseen} of ${minutes} min uncovered`] : []),
    ...(!bar && unseen === 0 ? ['no trades'] : []),
  ];
  return parts.join(', ');
}

export class Legend {
  readonly #element = found('legend', HTMLElement);
  readonly #window = found('legend-window', HTMLElement);
  readonly #remark = found('legend-remark', HTMLElement);

  show({ point, vwap, decimals, zone, now }: LegendInput): void {
    this.#element.hidden = point === undefined;
    if (point === undefined) return;
    const { start, end, bar } = point;
    write(this.#window, `${zone.day(start, now)} ${zone.clock(start)}–${zone.clock(end)}`);
    const price = (value: number | undefined) => (value === undefined ? '–' : priceText(value, decimals));
    const values = {
      open: price(bar?.open),
      high: price(bar?.high),
      low: price(bar?.low),
      close: price(bar?.close),
      volume: bar ? volumeText(bar.volume) : '–',
      vwap: price(vwap),
    };
    for (const [name, text] of Object.entries(values)) write(found(`legend-${name}`, HTMLElement), text);
    mark(this.#element, 'data-direction', bar && (bar.close >= bar.open ? 'up' : 'down'));
    write(this.#remark, remarkOf(point));
  }
}
