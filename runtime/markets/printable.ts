/** Text from outside as it may be shown anywhere: nothing in it moves a cursor, turns the reading direction, or goes on without end. */

/** Controls (C0 and C1), what turns the reading direction or shows nothing, halves of characters, and separators of lines. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const STAND_IN = '\ufffd';
const CUT = '...';

/** The text with a stand-in for everything unprintable, cut to at most `limit` characters. */
export function printable(text: string, limit: number): string {
  const kept = text.length > limit ? text.slice(0, limit - CUT.length) : text;
  const shown = kept.replace(UNPRINTABLE, STAND_IN) + (kept === text ? '' : CUT);
  // A copy: part of a long text would keep all of it in memory.
  return Buffer.from(shown).toString();
}
