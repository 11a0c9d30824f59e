/** The XML of S3: what is asked and answered beside the objects themselves. */

type Value = string | number | boolean;

/** Elements by name: a list is one element of that name for each, an object one with others inside. */
export interface Elements {
  readonly [name: string]: Value | Elements | readonly Elements[];
}

export function xmlOf(root: string, elements: Elements): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(root, elements)}`;
}

function element(name: string, value: Elements[string]): string {
  if (Array.isArray(value)) return value.map(each => element(name, each)).join('');
  const inside =
    typeof value === 'object'
      ? Object.entries(value)
          .map(([inner, each]) => element(inner, each))
          .join('')
      : escaped(`${value}`);
  return `<${name}>${inside}</${name}>`;
}

/** A part as whoever completes an upload names it. */
export interface NamedPart {
  readonly number: number;
  /** Without quotes. */
  readonly etag: string;
  /** Base64. */
  readonly crc32: string | undefined;
}

/** The parts that the body of a completion names, in its order. */
export function namedParts(body: Buffer): NamedPart[] {
  return [...body.toString().matchAll(/<Part>(.*?)<\/Part>/gs)].map(([, part = '']) => ({
    number: Number(textOf(part, 'PartNumber')),
    etag: unquoted(textOf(part, 'ETag') ?? ''),
    crc32: textOf(part, 'ChecksumCRC32'),
  }));
}

function textOf(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
}

function unquoted(etag: string): string {
  return etag.replaceAll(/"|&quot;|&#34;/g, '');
}

const ESCAPES = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
]);

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, char => ESCAPES.get(char) ?? char);
}
