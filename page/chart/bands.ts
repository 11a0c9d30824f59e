/** What lies behind the candles of a pane: sessions as faint shades, hatches where the feed was blind, a flash where a bar was revised. */
import type {
  IChartApiBase,
  IPrimitivePaneView,
  ISeriesPrimitive,
  SeriesAttachedParameter,
  Time,
} from 'lightweight-charts';
import type { Band } from '../model/timeline.ts';
import type { Palette } from './palette.ts';
import { placeOf, type Target } from './units.ts';

export interface Backdrop {
  readonly sessions: readonly Band[];
  readonly uncovered: readonly Band[];
  /** Places to light up, and how strongly, 0 to 1. */
  readonly flashes: ReadonlyMap<number, number>;
  readonly palette: Palette;
}

/** What sessions are shaded with; the regular one is the plain surface. */
const SHADES = { pre: 'session-pre', post: 'session-post', closed: 'session-closed' } as const;
/** px between two lines of a hatch. */
const HATCH = 7;
/** Strength of a flash at its height. */
const FLASH = 0.45;

export class Bands implements ISeriesPrimitive<Time> {
  readonly #backdrop: () => Backdrop;
  readonly #hasNames: boolean;
  #chart: IChartApiBase<Time> | undefined;
  #request: () => void = () => undefined;

  /** @param hasNames whether it writes the sessions' names below the time axis */
  constructor(backdrop: () => Backdrop, hasNames: boolean) {
    this.#backdrop = backdrop;
    this.#hasNames = hasNames;
  }

  attached({ chart, requestUpdate }: SeriesAttachedParameter<Time>): void {
    this.#chart = chart;
    this.#request = requestUpdate;
  }

  redraw(): void {
    this.#request();
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return [{ zOrder: () => 'bottom', renderer: () => ({ draw: target => this.#draw(target) }) }];
  }

  timeAxisPaneViews(): readonly IPrimitivePaneView[] {
    return this.#hasNames ? [{ renderer: () => ({ draw: target => this.#writeNames(target) }) }] : [];
  }

  #draw(target: Target): void {
    const { sessions, uncovered, flashes, palette } = this.#backdrop();
    target.useMediaCoordinateSpace(({ context, mediaSize: { height } }) => {
      context.save();
      for (const band of sessions) {
        const [left, right] = this.#edges(band);
        const shade = Object.entries(SHADES).find(([name]) => name === band.name)?.[1];
        context.fillStyle = shade ? palette[shade] : 'transparent';
        context.fillRect(left, 0, right - left, height);
        context.fillStyle = palette.line;
        if (band.from > 0) context.fillRect(Math.round(left), 0, 1, height);
      }
      for (const band of uncovered) hatch(context, this.#edges(band), height, palette.hatch);
      context.fillStyle = palette.accent;
      for (const [place, strength] of flashes) {
        const [left, right] = this.#edges({ from: place, to: place });
        context.globalAlpha = strength * FLASH;
        context.fillRect(left, 0, right - left, height);
      }
      context.restore();
    });
  }

  #writeNames(target: Target): void {
    const { sessions, palette } = this.#backdrop();
    target.useMediaCoordinateSpace(({ context, mediaSize: { width, height } }) => {
      context.save();
      context.font = '11px system-ui, sans-serif';
      context.fillStyle = palette.muted;
      context.textAlign = 'center';
      context.textBaseline = 'alphabetic';
      for (const band of sessions) {
        const [left, right] = this.#edges(band).map(x => Math.min(width, Math.max(0, x)));
        if (left === undefined || right === undefined) continue;
        const isRoomy = right - left > context.measureText(band.name).width + 8;
        if (isRoomy) context.fillText(band.name, (left + right) / 2, height - 6);
        if (left > 0 && left < width) {
          context.globalAlpha = 0.5;
          context.fillRect(Math.round(left), height - 16, 1, 12);
          context.globalAlpha = 1;
        }
      }
      context.restore();
    });
  }

  /** Left and right edge of a run of places, px. */
  #edges({ from, to }: Pick<Band, 'from' | 'to'>): readonly [number, number] {
    const scale = this.#chart?.timeScale();
    const half = (scale?.options().barSpacing ?? 0) / 2;
    const x = (place: number) => scale?.logicalToCoordinate(placeOf(place)) ?? 0;
    return [x(from) - half, x(to) + half];
  }
}

function hatch(
  context: CanvasRenderingContext2D,
  [left, right]: readonly [number, number],
  height: number,
  colour: string,
): void {
  context.save();
  context.beginPath();
  context.rect(left, 0, right - left, height);
  context.clip();
  context.beginPath();
  // Counted from the axis and not from the band, so that the lines stand still between bands.
  for (let x = Math.floor((left - height) / HATCH) * HATCH; x < right; x += HATCH) {
    context.moveTo(x, height);
    context.lineTo(x + height, 0);
  }
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.stroke();
  context.restore();
}
