/** The day of a symbol as a small line. */

const SVG = 'http://www.w3.org/2000/svg';
export const SPARK = { width: 34, height: 20 } as const;

/** The path of a line through the values, in a box of the sparkline's size; empty for fewer than two. */
export function sparkPath(values: readonly number[]): string {
  if (values.length < 2) return '';
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const { width, height } = SPARK;
  const x = (n: number) => (n / (values.length - 1)) * (width - 2) + 1;
  const y = (value: number) =>
    high === low ? height / 2 : height - 2 - ((value - low) / (high - low)) * (height - 4);
  return values.map((value, n) => `${n === 0 ? 'M' : 'L'}${x(n).toFixed(1)} ${y(value).toFixed(1)}`).join('');
}

/** An empty sparkline; its only child is the path. */
export function sparkline(): { readonly svg: SVGElement; readonly path: SVGElement } {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', `0 0 ${SPARK.width} ${SPARK.height}`);
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('class', 'spark');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  svg.append(path);
  return { svg, path };
}
