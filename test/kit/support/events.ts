/** Lines of passed-on events for the kit's tests. */
import { envelopeLine } from '../../../runtime/records/envelope.ts';

/** The line of a trade; its payload tells its number. */
export function eventLine(seq: number, symbol = 'AAPL', kind = 'T'): string {
  const event = { kind, symbol, topic: `${kind}.${symbol}`, ts: 1_763_649_000_000 + seq };
  const text = `{"ev":"${kind}","sym":"${symbol}","n":${seq}}`;
  const passing = { feed: 'stocks', hostname: 'a-host', version: '1.2.3', seq, ingestTs: 1_763_649_000_009 };
  return envelopeLine({ ...event, text }, passing);
}
