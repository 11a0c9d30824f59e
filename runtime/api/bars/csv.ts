/** Bars as CSV (RFC 4180): a header, then a row a bar. What else there is to say of them is in headers of the answer. */
import type { Request } from '../http/request.ts';
import type { Answer } from '../http/response.ts';
import type { Bars } from './page.ts';

/** As bars name them, in this order. */
export const columns = [
  ...['symbol', 'timeframe', 'start', 'end', 'open', 'high', 'low', 'close', 'volume', 'vwap', 'trades'],
  ...['minutes', 'uncovered', 'session', 'final', 'version'],
] as const;

/** What a page in CSV says besides its rows. */
export const csvHeaders = { through: 'barflow-through', nextCursor: 'barflow-next-cursor' } as const;

const LINE_END = '\r\n';
/** The volume's own digits: in a text of JSON no quote stands unescaped, so that no symbol looks like it. */
const VOLUME = /"volume":([\d.]+)/;

/** Whether CSV is asked for: by the query, or by a header that names it. */
export function wantsCsv({ format }: { readonly format?: unknown }, request: Request): boolean {
  if (format !== undefined) return format === 'csv';
  const accepted = (request.header('accept') ?? '').toLowerCase().split(',');
  const place = (type: string) => accepted.findIndex(each => each.split(';', 1).join().trim() === type);
  const [csv, json] = [place('text/csv'), place('application/json')];
  return csv >= 0 && (json < 0 || csv < json);
}

/** @param columns what of each row is told, in this order */
export function csvAnswer({ series, through, nextCursor }: Bars, columns: readonly string[]): Answer {
  const rows = series.flatMap(({ bars }) => bars.map(({ text }) => rowOf(text, columns)));
  return {
    type: 'text/csv; charset=utf-8',
    text: [columns.join(','), ...rows, ''].join(LINE_END),
    headers: {
      ...(through > 0 && { [csvHeaders.through]: String(through) }),
      ...(nextCursor !== undefined && { [csvHeaders.nextCursor]: nextCursor }),
    },
  };
}

function rowOf(text: string, columns: readonly string[]): string {
  const bar: Readonly<Record<string, unknown>> = JSON.parse(text);
  const volume = VOLUME.exec(text)?.[1] ?? '';
  return columns.map(name => cellOf(name === 'volume' ? volume : bar[name])).join(',');
}

function cellOf(value: unknown): string {
  const text = value === undefined ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
