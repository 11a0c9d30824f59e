/** Rows of a CSV file, whoever wrote it: with quoted fields, a byte order mark, line ends of Windows, blank lines. */
import { Readable } from 'node:stream';
import Papa from 'papaparse';
import { unpackedText } from './unpacked-text.ts';

/** No line is that long: a quote that is never closed must not gather the whole file. */
const LONGEST_ROW = 1_000_000;

/** Enough of what is no text to see that. */
const SHOWN = 8;

/** @param line from 1 on. @param fault what is wrong with the row's text */
export type TakeRow = (fields: readonly string[], line: number, fault?: string) => void;

const OPEN_QUOTE = 'close every quote, and before a comma or the line’s end';

/**
 * Calls `take` with the fields of every row that is not blank.
 * @throws what `take` throws, and the errors of the file system and of zlib
 */
export async function eachRow(path: string, take: TakeRow): Promise<void> {
  let line = 1;
  let read = 0;
  async function* counted() {
    for await (const text of unpackedText(path)) {
      const fault = read === 0 ? encodingFault(text) : undefined;
      if (fault !== undefined) take([text.slice(0, SHOWN)], line, fault);
      read += text.length;
      yield text;
    }
  }
  const text = Readable.from(counted());
  try {
    await new Promise<void>((resolve, reject) => {
      Papa.parse<string[]>(text, {
        delimiter: ',',
        newline: '\n',
        chunk: ({ data, errors, meta }) => {
          const broken = errors.find(({ type }) => type === 'Quotes')?.row;
          for (const [index, row] of data.entries()) {
            const fields = withoutReturn(row);
            if (index === broken) take(fields, line, OPEN_QUOTE);
            else if (fields.length > 1 || fields[0]?.trim() !== '') take(fields, line);
            line += linesOf(row);
          }
          if (read - meta.cursor > LONGEST_ROW) take([], line, OPEN_QUOTE);
        },
        complete: () => resolve(),
        error: reject,
      });
    });
  } finally {
    text.destroy();
  }
}

/** What is not text as flat files are, told by its beginning. */
function encodingFault(text: string): string | undefined {
  const head = text.slice(0, 64);
  if (/^\0+$/.test(head))
    return 'these are zero bytes, as a download that broke off leaves them: fetch the file again';
  if (/^\ufffd\ufffd|^\0?([ -~]\0){2}/.test(head)) return 'this is UTF-16: save the file as UTF-8';
  if (head.startsWith('\u001f\ufffd')) return 'this is packed by gzip more than twice: unpack it';
  return head.includes('\0') ? 'this is no text: use a CSV file, packed by gzip or not' : undefined;
}

/** Rows end with a line feed, and on Windows with a return before it. */
function withoutReturn(row: string[]): string[] {
  const last = row.at(-1);
  return last?.endsWith('\r') ? row.with(-1, last.slice(0, -1)) : row;
}

/** A quoted field may hold line ends of its own. */
function linesOf(row: readonly string[]): number {
  let lines = 1;
  for (const field of row)
    for (let at = field.indexOf('\n'); at >= 0; at = field.indexOf('\n', at + 1)) lines++;
  return lines;
}
