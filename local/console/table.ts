/** Rows in columns that are as wide as what stands in them, without those for which there is no room. */

export interface Column<Row> {
  readonly head: string;
  readonly text: (row: Row) => string;
  /** Begins at the left edge of its column. @default at the right one */
  readonly isLeft?: boolean;
  /** Left out when nothing stands in it. @default false */
  readonly isOptional?: boolean;
  /** Left out where there is no room: the highest first. @default 0, never */
  readonly spare?: number;
}

/** A line of heads and a line per row. */
export function tableLines<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number,
): string[] {
  let shown = columns.filter(({ text, isOptional }) => !isOptional || rows.some(row => text(row) !== ''));
  for (;;) {
    const lines = linesOf(shown, rows);
    const spare = Math.max(...shown.map(column => column.spare ?? 0));
    if (spare === 0 || lines.every(line => line.length <= width))
      return lines.map(line => line.slice(0, width));
    shown = shown.filter(column => column.spare !== spare);
  }
}

function linesOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[] {
  const cells = columns.map(({ head, text }) => [head, ...rows.map(text)]);
  const widths = cells.map(texts => Math.max(...texts.map(({ length }) => length)));
  return [undefined, ...rows].map((_, row) =>
    columns
      .map(({ isLeft }, n) => {
        const text = cells[n]?.[row] ?? '';
        const width = widths[n] ?? 0;
        return isLeft ? text.padEnd(width) : text.padStart(width);
      })
      .join(' ')
      .trimEnd(),
  );
}
