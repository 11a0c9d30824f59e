/** The record of sessions as it is read: a row each, where what is nothing is told from what is something. */
import type { SessionRecord } from '../api/types.ts';
import { volumeText } from './numbers.ts';
import type { Zone } from './zone.ts';

export interface SessionCell {
  readonly text: string;
  /** It says that nothing was unusual. */
  readonly isNothing?: boolean;
}

/** In the order of the columns. */
export const sessionColumns = [
  'Session',
  'Minutes',
  'Bars',
  'Corrected',
  'Backfilled',
  'Uncovered',
  'Reconnections',
  'Hand-overs',
] as const;

export type SessionRow = Readonly<Record<'Date' | (typeof sessionColumns)[number], SessionCell>>;

/** @param dates zone of the dates: those of the record have none. @param now event time, epoch ms */
export function sessionRow(
  record: SessionRecord,
  zone: Zone,
  dates: Zone,
  now: number | undefined,
): SessionRow {
  const { handOvers, takeOvers } = record;
  return {
    Date: { text: dates.day(Date.parse(record.date), now) },
    Session: { text: `${record.session}${STATES[record.state]}` },
    Minutes: spanOf(record, zone),
    Bars: { text: volumeText(record.published) },
    Corrected: count(record.corrected),
    Backfilled: count(record.backfilled),
    Uncovered: count(record.uncovered),
    Reconnections: lines([...record.reconnections].map(([cause, times]) => `${times} × ${cause}`)),
    'Hand-overs': lines([
      ...(handOvers > 0 ? [`${handOvers} handed over`] : []),
      ...(takeOvers > 0 ? [`${takeOvers} taken over`] : []),
    ]),
  };
}

const STATES = { open: ', open', ended: '', skipped: ', holiday' } as const;

function spanOf({ firstMinute, lastMinute }: SessionRecord, zone: Zone): SessionCell {
  if (firstMinute === undefined || lastMinute === undefined) return { text: '–', isNothing: true };
  return { text: `${zone.clock(firstMinute)}–${zone.clock(lastMinute)}` };
}

function count(value: number): SessionCell {
  return { text: volumeText(value), isNothing: value === 0 };
}

function lines(all: readonly string[]): SessionCell {
  return all.length === 0 ? { text: '0', isNothing: true } : { text: all.join('\n') };
}
