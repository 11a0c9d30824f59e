/** Passed-on events for tests of sinks. */
import type { NumberedEvent } from '../../../../runtime/ingester/sinks/passed-on/event.ts';

/** The n-th event; each says its number. */
export function numbered(seq: number, kind = 'T', symbol = 'AAPL'): NumberedEvent {
  const text = `{"ev":"${kind}","sym":"${symbol}","q":${seq}}`;
  return { kind, symbol, topic: `${kind}.${symbol}`, ts: 1_763_649_000_000 + seq, text, seq, ingestTs: 0 };
}
