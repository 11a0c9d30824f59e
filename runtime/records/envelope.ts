/** A passed-on event of the vendor's, and the line in which it goes to whoever reads. */

export interface PassedEvent {
  /** Of the vendor's: `T`, `AM`, `XQ` … */
  readonly kind: string;
  readonly symbol: string;
  /** `T.AAPL` */
  readonly topic: string;
  /** The vendor's time of it, epoch ms. */
  readonly ts: number;
  /** The vendor's own text of it. */
  readonly text: string;
}

/** Who passes it on, and when. */
export interface Passing {
  readonly feed: string;
  readonly hostname: string;
  readonly version: string;
  /** Rises by one per event of the process: a hole is a drop. */
  readonly seq: number;
  /** Epoch ms. */
  readonly ingestTs: number;
}

/** Of the line's layout. */
export const ENVELOPE_SCHEMA = 1;
/** The last that a date can be of, epoch ms. */
export const LATEST_INSTANT = 8.64e15;

/** JSON on one line, without its end. The payload is the vendor's text, but for ends of lines between its values. */
export function envelopeLine({ kind, symbol, topic, ts, text }: PassedEvent, passing: Passing): string {
  const { feed, hostname, version, seq, ingestTs } = passing;
  const json = JSON.stringify;
  return (
    `{"ingest_ts":${ingestTs},"type":${json(kind)},"symbol":${json(symbol)},"topic":${json(topic)},` +
    `"feed":${json(feed)},"ts":${ts},"payload":${oneLine(text)},"hostname":${json(hostname)},` +
    `"app_version":${json(version)},"schema_version":${ENVELOPE_SCHEMA},"seq":${seq}}`
  );
}

/** A JSON text holds no end of a line but between its values, where a blank is as good. */
export function oneLine(text: string): string {
  return /[\r\n]/.test(text) ? text.replaceAll(/[\r\n]/g, ' ') : text;
}
