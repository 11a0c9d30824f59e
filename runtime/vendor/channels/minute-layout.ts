/** Reads a frame of stock minutes in the very layout that the vendor writes, sooner than `JSON.parse` does; what it is not sure of is for that. */
import { expected, JsonReader } from '../../records/fast/json-reader.ts';
import { NamesInBytes } from '../../records/fast/names-in-bytes.ts';
import type { Fields } from './channel.ts';

/** The event type of that layout. */
export const LAYOUT_EVENT = 'AM';

/** Of most frames, and more than any: the vendor keeps its own below a million bytes, and a minute of the whole market in one takes under three. */
const [ROOM, LONGEST] = [1_048_576, 4_194_304];
/** Some times the symbols of the whole US market. */
const PLACES = 32_768;

const reader = new JsonReader(ROOM, LONGEST);
const symbols = new NamesInBytes(PLACES, name => ({ name }));
const FIRST = expected(`[{"ev":"${LAYOUT_EVENT}","sym":"`);
const NEXT = expected(`},{"ev":"${LAYOUT_EVENT}","sym":"`);
const [V, AV, OP, VW] = [expected(',"v":'), expected(',"av":'), expected(',"op":'), expected(',"vw":')];
const [O, C, H, L] = [expected(',"o":'), expected(',"c":'), expected(',"h":'), expected(',"l":')];
const [A, Z, S, E] = [expected(',"a":'), expected(',"z":'), expected(',"s":'), expected(',"e":')];
const [OTC, DV, DAV] = [expected(',"otc":true'), expected(',"dv":"'), expected(',"dav":"')];

/**
 * The events of a frame that holds nothing but minutes in that layout, equal to what `jsonIn` makes of it; undefined
 * for any other text, which may be the same frame in other words. Nothing is checked here but the layout.
 */
export function minutesIn(text: string): Fields[] | undefined {
  if (!reader.open(text) || !reader.skip(FIRST)) return undefined;
  const events = [nextEvent()];
  while (reader.skip(NEXT)) events.push(nextEvent());
  return reader.closes('}]') ? events : undefined;
}

function nextEvent(): Fields {
  const sym = reader.name(symbols)?.name;
  reader.expect(V);
  const v = reader.count();
  const av = reader.skip(AV) ? reader.count() : undefined;
  const op = reader.skip(OP) ? reader.number() : undefined;
  const vw = reader.skip(VW) ? reader.number() : undefined;
  reader.expect(O);
  const o = reader.number();
  reader.expect(C);
  const c = reader.number();
  reader.expect(H);
  const h = reader.number();
  reader.expect(L);
  const l = reader.number();
  const a = reader.skip(A) ? reader.number() : undefined;
  const z = reader.skip(Z) ? reader.number() : undefined;
  reader.expect(S);
  const s = reader.number();
  reader.expect(E);
  const e = reader.number();
  const otc = reader.skip(OTC) ? true : undefined;
  const dv = reader.skip(DV) ? reader.text() : undefined;
  const dav = reader.skip(DAV) ? reader.text() : undefined;
  return { ev: LAYOUT_EVENT, sym, v, av, op, vw, o, c, h, l, a, z, s, e, otc, dv, dav };
}
