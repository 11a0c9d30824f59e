/** Lists of slots: of some symbols, and as text, as the monitor's environment and the lease have it. */
import { SLOTS, slotOf, slots } from './slot.ts';

/** The slots that hold any of these symbols, ascending; `*` is in all of them. */
export function slotsOf(symbols: '*' | readonly string[]): readonly number[] {
  return symbols === '*' ? slots : [...new Set(symbols.map(slotOf))].sort((a, b) => a - b);
}

/** @param text `*` for all, or numbers with commas between. @throws RangeError that names what is no slot */
export function slotsIn(text: string): readonly number[] {
  if (text === '*') return slots;
  return text.split(',').map(part => {
    const slot = /^\d{1,2}$/.test(part) ? Number(part) : Number.NaN;
    if (!slots.includes(slot))
      throw new RangeError(`'${part}' is no slot: use * or numbers from 0 to ${SLOTS - 1}`);
    return slot;
  });
}
