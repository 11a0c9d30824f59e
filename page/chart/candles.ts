/** Candles that tell up from down by their fill as well as by their colour, hollow and solid, the open window's dashed; and the day's VWAP. */
import {
  type CustomData,
  type CustomSeriesWhitespaceData,
  customSeriesDefaultOptions,
  type ICustomSeriesPaneRenderer,
  type ICustomSeriesPaneView,
  type PaneRendererCustomData,
  type PriceToCoordinateConverter,
  type Time,
} from 'lightweight-charts';
import type { Bar } from '../api/types.ts';
import { type Box, candleShape } from './candle-shape.ts';
import type { Palette } from './palette.ts';
import type { Target } from './units.ts';

export interface Candle extends CustomData {
  readonly bar: Bar;
  /** The day's VWAP after it. */
  readonly vwap: number | undefined;
  /** The VWAP goes on from the candle before. */
  readonly joins: boolean;
}

type Shown = PaneRendererCustomData<Time, Candle>;

/** Share of its place that a candle fills. */
const FILLED = 0.72;

export class Candles implements ICustomSeriesPaneView<Time, Candle> {
  readonly #palette: () => Palette;
  #shown: Shown | undefined;

  constructor(palette: () => Palette) {
    this.#palette = palette;
  }

  renderer(): ICustomSeriesPaneRenderer {
    return { draw: (target, yOf) => this.#shown && draw(target, yOf, this.#shown, this.#palette()) };
  }

  update(shown: Shown): void {
    this.#shown = shown;
  }

  priceValueBuilder({ bar, vwap = bar.close }: Candle): number[] {
    return [Math.min(bar.low, vwap), Math.max(bar.high, vwap), bar.close];
  }

  isWhitespace(data: Candle | CustomSeriesWhitespaceData<Time>): data is CustomSeriesWhitespaceData<Time> {
    return !('bar' in data);
  }

  defaultOptions() {
    return customSeriesDefaultOptions;
  }
}

function draw(target: Target, yOf: PriceToCoordinateConverter, shown: Shown, palette: Palette): void {
  const { bars, barSpacing, visibleRange } = shown;
  if (visibleRange === null) return;
  target.useBitmapCoordinateSpace(({ context, horizontalPixelRatio: wide, verticalPixelRatio: high }) => {
    const stroke = Math.max(1, Math.floor(wide));
    const width = barSpacing * FILLED * wide;
    context.save();
    for (let n = visibleRange.from; n < visibleRange.to; n++) {
      const place = bars[n];
      if (place === undefined) continue;
      const { bar } = place.originalData;
      const { filled, dashed } = candleShape(bar, {
        ...{ x: place.x * wide, width, stroke },
        yOf: price => (yOf(price) ?? 0) * high,
      });
      context.fillStyle = bar.close >= bar.open ? palette.up : palette.down;
      for (const box of filled) context.fillRect(box.x, box.y, box.width, box.height);
      if (dashed) drawDashed(context, dashed, stroke);
    }
    context.restore();
    drawVwap(context, shown, yOf, { wide, high, colour: palette.accent });
  });
}

function drawDashed(context: CanvasRenderingContext2D, { x, y, width, height }: Box, stroke: number): void {
  context.strokeStyle = context.fillStyle;
  context.lineWidth = stroke;
  context.setLineDash([2 * stroke, 2 * stroke]);
  const half = stroke / 2;
  context.strokeRect(x + half, y + half, Math.max(stroke, width - stroke), Math.max(stroke, height - stroke));
}

function drawVwap(
  context: CanvasRenderingContext2D,
  { bars, visibleRange }: Shown,
  yOf: PriceToCoordinateConverter,
  { wide, high, colour }: { readonly wide: number; readonly high: number; readonly colour: string },
): void {
  if (visibleRange === null) return;
  context.save();
  context.beginPath();
  // From one candle beyond the edge, so that the line does not begin in the middle of nowhere.
  for (let n = Math.max(0, visibleRange.from - 1); n < Math.min(bars.length, visibleRange.to + 1); n++) {
    const shape = bars[n];
    const { vwap, joins } = shape?.originalData ?? {};
    const y = vwap === undefined ? null : yOf(vwap);
    if (shape === undefined || y === null) continue;
    if (joins) context.lineTo(shape.x * wide, y * high);
    else context.moveTo(shape.x * wide, y * high);
  }
  context.strokeStyle = colour;
  context.lineWidth = 1.5 * wide;
  context.lineJoin = 'round';
  context.stroke();
  context.restore();
}
