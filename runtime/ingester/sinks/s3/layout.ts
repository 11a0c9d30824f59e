/** Where events lie in the bucket: by kind, and by the window of time in which they came. */

const [MINUTE, DAY] = [60_000, 86_400_000];

/** A span of time, epoch ms; its end is not in it. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

/** Windows of so many minutes from midnight UTC on; the last of a day ends with it. */
export function windowAt(time: number, minutes: number): Window {
  const midnight = Math.floor(time / DAY) * DAY;
  const length = minutes * MINUTE;
  const start = midnight + Math.floor((time - midnight) / length) * length;
  return { start, end: Math.min(start + length, midnight + DAY) };
}

/** The folder of a window, with the slash at its end: `channel=AM/ingest_dt=2025/11/20/hour=14/part=20251120_1430-20251120_1445/` */
export function folderOf(prefix: string, kind: string, { start, end }: Window): string {
  const [date = '', time = ''] = new Date(start).toISOString().split('T');
  const day = date.replaceAll('-', '/');
  return `${prefix}channel=${kind}/ingest_dt=${day}/hour=${time.slice(0, 2)}/part=${minuteOf(start)}-${minuteOf(end)}/`;
}

/** What the objects of one process begin with in a folder. */
export function stemOf(folder: string, hostname: string): string {
  return `${folder}${hostname.replaceAll(/[^\w.-]/g, '-')}-seq=`;
}

/** `…/ip-10-0-0-1-seq=000001.ndjson` */
export function keyOf(stem: string, number: number): string {
  return `${stem}${`${number}`.padStart(6, '0')}.ndjson`;
}

/** The number in a key with that stem; 0 where there is none. */
export function numberIn(key: string, stem: string): number {
  const digits = key.startsWith(stem) ? /^(\d+)\.ndjson$/.exec(key.slice(stem.length))?.[1] : undefined;
  return Number(digits ?? 0);
}

/** Stands beside an object that is under way. */
export function markerOf(folder: string): string {
  return `${folder}uploading.marker`;
}

/** `20251120_1430` */
function minuteOf(time: number): string {
  return new Date(time).toISOString().slice(0, 16).replace('T', '_').replaceAll(/[-:]/g, '');
}
