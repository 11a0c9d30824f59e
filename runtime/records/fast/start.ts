/** Reads the start of a minute bar out of its record without reading the rest. */

/** In front of it `encode.ts` writes this, which no symbol can hold: quotes in texts are escaped. */
const NAME = Buffer.from(',"start":');

/** Epoch ms. @param data as `minuteBarData` made it */
export function startIn(data: Uint8Array): number {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const from = bytes.indexOf(NAME) + NAME.length;
  return Number(bytes.toString('latin1', from, bytes.indexOf(',', from)));
}
