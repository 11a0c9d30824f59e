/** Sessions as a person reads them: a line each, and what was unusual. */
import { type Column, tableLines } from '../console/table.ts';
import type { Session } from './session-pages.ts';

/** What is usually nothing stands there only where it is something. */
const some = (value: number) => (value === 0 ? '' : `${value}`);
const minute = (ms: number | undefined) => (ms === undefined ? '' : new Date(ms).toISOString().slice(11, 16));

const columns: readonly Column<Session>[] = [
  { head: 'date', text: ({ date }) => date, isLeft: true },
  { head: 'session', text: ({ session }) => session, isLeft: true },
  { head: 'state', text: ({ state }) => state, isLeft: true },
  { head: 'first', text: ({ firstMinute }) => minute(firstMinute), spare: 2 },
  { head: 'last UTC', text: ({ lastMinute }) => minute(lastMinute), spare: 2 },
  { head: 'symbols', text: ({ symbols }) => `${symbols}`, spare: 1 },
  { head: 'received', text: ({ received }) => `${received}`, spare: 1 },
  { head: 'published', text: ({ published }) => `${published}` },
  { head: 'corrected', text: ({ corrected }) => some(corrected), isOptional: true, spare: 3 },
  { head: 'backfilled', text: ({ backfilled }) => some(backfilled), isOptional: true },
  { head: 'uncovered', text: ({ uncovered }) => some(uncovered), isOptional: true },
  { head: 'refused', text: ({ quarantined }) => some(quarantined), isOptional: true, spare: 2 },
  { head: 'reconnected', text: ({ reconnections }) => some(sumOf(reconnections)), isOptional: true },
  { head: 'handed over', text: ({ handOvers }) => some(handOvers), isOptional: true, spare: 1 },
  { head: 'taken over', text: ({ takeOvers }) => some(takeOvers), isOptional: true },
];

/** @param width of the terminal, in columns */
export function sessionLines(sessions: readonly Session[], width: number): string[] {
  if (sessions.length === 0) return ['no session is on record in that range'];
  return tableLines(columns, sessions, width);
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
