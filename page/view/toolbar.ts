/** What is shown, and how: the symbol's name and price, timeframes, zone, table, theme. */
import { type Timeframe, timeframes } from '../api/timeframes.ts';
import type { Choices } from '../model/choices.ts';
import { type Change, priceText } from '../model/numbers.ts';
import { type ZoneName, zoneNames } from '../model/zone.ts';
import { found, made, mark, write } from './dom.ts';

export interface ToolbarEvents {
  onTimeframe(timeframe: Timeframe): void;
  onZone(zone: ZoneName): void;
  onTable(): void;
  onSessions(): void;
  onTheme(): void;
  onHelp(): void;
  onNewest(): void;
  onOpenList(): void;
}

export interface Heading {
  readonly symbol: string | undefined;
  readonly last: number | undefined;
  readonly change: Change | undefined;
  readonly decimals: number;
}

const THEMES = { auto: 'Auto', dark: 'Dark', light: 'Light' } as const;

export class Toolbar {
  readonly #buttons = new Map<Timeframe, HTMLButtonElement>();
  readonly #zone = found('zone', HTMLSelectElement);
  readonly #table = found('table-button', HTMLButtonElement);
  readonly #theme = found('theme-button', HTMLButtonElement);

  constructor(events: ToolbarEvents) {
    const group = found('timeframes', HTMLElement);
    for (const [n, timeframe] of timeframes.entries()) {
      const button = made('button', { type: 'button', title: `${timeframe} bars (key ${n + 1})` }, timeframe);
      button.addEventListener('click', () => events.onTimeframe(timeframe));
      this.#buttons.set(timeframe, button);
      group.append(button);
    }
    this.#zone.addEventListener('change', () => {
      const zone = zoneNames.find(name => name === this.#zone.value);
      if (zone) events.onZone(zone);
    });
    this.#table.addEventListener('click', () => events.onTable());
    this.#theme.addEventListener('click', () => events.onTheme());
    found('sessions-button', HTMLElement).addEventListener('click', () => events.onSessions());
    found('help-button', HTMLElement).addEventListener('click', () => events.onHelp());
    found('newest-button', HTMLElement).addEventListener('click', () => events.onNewest());
    found('open-symbols', HTMLElement).addEventListener('click', () => events.onOpenList());
  }

  show({ timeframe, zone, showsTable, theme }: Choices): void {
    for (const [name, button] of this.#buttons) mark(button, 'aria-pressed', String(name === timeframe));
    this.#zone.value = zone;
    mark(this.#table, 'aria-pressed', String(showsTable));
    write(this.#theme, THEMES[theme]);
    mark(this.#theme, 'aria-label', `Theme: ${THEMES[theme]}`);
  }

  head({ symbol, last, change, decimals }: Heading): void {
    write(found('symbol', HTMLElement), symbol ?? '–');
    write(found('last', HTMLElement), last === undefined ? '' : priceText(last, decimals));
    const place = found('change', HTMLElement);
    write(place, change ? `${change.amount} (${change.share})` : '');
    mark(place, 'data-direction', change?.direction);
    const price = last === undefined ? '' : ` ${priceText(last, decimals)}`;
    const title = symbol === undefined ? 'Barflow' : `${symbol}${price} · Barflow`;
    if (document.title !== title) document.title = title;
  }

  /** Whether there is something newer than what is in sight. */
  offerNewest(isOffered: boolean): void {
    found('newest-button', HTMLElement).hidden = !isOffered;
  }
}
