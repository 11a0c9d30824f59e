/** The panel of the last sessions: what the record says of each, or why there is nothing to say. */
import type { Trouble } from '../api/trouble.ts';
import type { SessionRecord } from '../api/types.ts';
import { type SessionCell, sessionColumns, sessionRow } from '../model/session-rows.ts';
import { Zone } from '../model/zone.ts';
import { found, made, mark, write } from './dom.ts';

export interface SessionsInput {
  /** The latest first; absent until the first answer. */
  readonly sessions: readonly SessionRecord[] | undefined;
  readonly trouble: Trouble | undefined;
  readonly feed: string | undefined;
  readonly zone: Zone;
  /** Event time, epoch ms. */
  readonly now: number | undefined;
}

export class SessionsView {
  readonly #note = found('sessions-note', HTMLElement);
  readonly #table = found('sessions-table', HTMLTableElement);
  readonly #body = found('sessions-body', HTMLTableSectionElement);
  readonly #dates = new Zone('UTC');

  constructor() {
    const heads = ['Date', ...sessionColumns].map(name => made('th', { scope: 'col' }, name));
    this.#table.createTHead().append(made('tr', {}, ...heads));
  }

  show({ sessions: known, trouble, feed, zone, now }: SessionsInput): void {
    const sessions = known ?? [];
    write(found('sessions-title', HTMLElement), feed === undefined ? 'Sessions' : `Sessions of ${feed}`);
    write(this.#note, noteOf(known, trouble) ?? `The latest first; times in ${zone.name}`);
    mark(this.#note, 'data-tone', trouble && 'warning');
    this.#table.hidden = sessions.length === 0;
    while (this.#body.rows.length > sessions.length) this.#body.deleteRow(-1);
    while (this.#body.rows.length < sessions.length) this.#body.append(emptyRow());
    for (const [n, session] of sessions.entries()) {
      const { Date: date, ...rest } = sessionRow(session, zone, this.#dates, now);
      const cells = [date, ...sessionColumns.map(name => rest[name])];
      for (const [place, cell] of cells.entries()) fill(this.#body.rows[n]?.cells[place], cell);
      mark(this.#body.rows[n] ?? this.#body, 'data-state', session.state);
    }
  }
}

function noteOf(
  sessions: readonly SessionRecord[] | undefined,
  trouble: Trouble | undefined,
): string | undefined {
  if (trouble?.kind === 'refused') return `No record of sessions. ${trouble.message}.`;
  if (trouble !== undefined) return `${trouble.message}. Trying again by itself.`;
  if (sessions === undefined) return 'Loading.';
  return sessions.length > 0
    ? undefined
    : 'No session is on record yet. The feed leaves a record of each, from its first minute on.';
}

function emptyRow(): HTMLTableRowElement {
  const cells = sessionColumns.map(name => made('td', { 'data-head': name }));
  return made('tr', {}, made('th', { scope: 'row' }), ...cells);
}

function fill(cell: Element | undefined, { text, isNothing }: SessionCell): void {
  if (cell === undefined) return;
  write(cell, text);
  mark(cell, 'data-nothing', isNothing ? '' : undefined);
}
