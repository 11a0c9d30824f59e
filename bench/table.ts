/** Writes rows as a plain table. */
import type { Row } from './harness.ts';

/** Three significant digits, thousands grouped. */
function text(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en-US', { maximumFractionDigits: 6 });
}

/** How the figure compares with what bounds it; 1 is as good as the limit. */
export function ratioOf({ median, limit }: Row): number | undefined {
  return limit && median / limit.median;
}

/** Whether the row's target is met; undefined when it has none. */
export function isMet(row: Row): boolean | undefined {
  const { target } = row;
  if (target === undefined) return undefined;
  const value = target.of === 'ratio' ? (ratioOf(row) ?? Number.NaN) : row.median;
  return target.kind === 'at least' ? value >= target.value : value <= target.value;
}

function cells(row: Row): string[] {
  const { what, median, range, unit, limit, target } = row;
  const ratio = ratioOf(row);
  const wanted = target ? `${target.kind} ${text(target.value)}${target.of ? ' × limit' : ''}` : '';
  const met = isMet(row);
  return [
    what,
    `${text(median)} ${unit}`,
    range[0] === range[1] ? '' : `${text(range[0])}–${text(range[1])}`,
    limit ? `${text(limit.median)} ${limit.name}` : '',
    ratio === undefined ? '' : `${ratio.toFixed(2)} ×`,
    met === undefined ? '' : `${wanted}: ${met ? 'met' : 'MISSED'}`,
  ];
}

/** The rows as aligned columns under a header. */
export function tableOf(rows: readonly Row[]): string {
  const lines = [
    ['what', 'median', 'range', 'limit, in the same unit', 'ratio', 'target'],
    ...rows.map(cells),
  ];
  const widths = lines.reduce<number[]>(
    (widest, line) => line.map((cell, i) => Math.max(cell.length, widest[i] ?? 0)),
    [],
  );
  return lines
    .map(line =>
      line
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
