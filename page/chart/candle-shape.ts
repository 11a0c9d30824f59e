/** What a candle looks like, before it is painted: hollow where it rises, solid where it falls, dashed while its window is open. */
import type { Bar } from '../api/types.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Shape {
  readonly filled: readonly Box[];
  /** The outline of the open window's body. */
  readonly dashed?: Box;
}

export interface Place {
  /** Its middle, and how wide it may be, in pixels of the canvas. */
  readonly x: number;
  readonly width: number;
  /** Of a line. */
  readonly stroke: number;
  /** Where a price lies. */
  readonly yOf: (price: number) => number;
}

export function candleShape({ open, high, low, close, final }: Bar, place: Place): Shape {
  const { stroke, yOf } = place;
  const widest = Math.max(stroke, Math.floor(place.width));
  // As many pixels on the left of the wick as on its right.
  const width = (widest - stroke) % 2 === 0 ? widest : widest - 1;
  const x = Math.round(place.x) - Math.floor(stroke / 2);
  const y = Math.round(yOf(Math.max(open, close)));
  const height = Math.max(stroke, Math.round(yOf(Math.min(open, close))) - y);
  const body = { x: x - (width - stroke) / 2, y, width, height };
  const [top, bottom] = [Math.round(yOf(high)), Math.round(yOf(low))];
  const wicks = [
    { x, y: top, width: stroke, height: y - top },
    { x, y: y + height, width: stroke, height: bottom - y - height },
  ].filter(wick => wick.height > 0);
  if (!final) return { filled: wicks, dashed: body };
  const hasRoom = width >= 3 * stroke && height > 2 * stroke;
  return { filled: [...wicks, ...(close >= open && hasRoom ? edgesOf(body, stroke) : [body])] };
}

function edgesOf({ x, y, width, height }: Box, stroke: number): Box[] {
  return [
    { x, y, width, height: stroke },
    { x, y: y + height - stroke, width, height: stroke },
    { x, y, width: stroke, height },
    { x: x + width - stroke, y, width: stroke, height },
  ];
}
