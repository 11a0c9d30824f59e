/** What opens over the page: the symbols as a sheet on narrow screens, help, sessions, alarms. */
import { found } from './dom.ts';

export class Panels {
  readonly #symbols = found('symbols', HTMLElement);
  readonly #help = dialog('help');
  readonly #sessions = dialog('sessions');
  readonly #alarms = found('alarms', HTMLDetailsElement);
  readonly #onSessions: (isOpen: boolean) => void;

  /** @param onSessions whether the sessions can be seen from now on */
  constructor(onSessions: (isOpen: boolean) => void) {
    found('close-symbols', HTMLElement).addEventListener('click', () => this.closeSymbols());
    document.addEventListener('pointerdown', ({ target }) => {
      if (target instanceof Node && !this.#alarms.contains(target)) this.#alarms.open = false;
    });
    this.#sessions.addEventListener('close', () => onSessions(false));
    this.#onSessions = onSessions;
  }

  openSymbols(): void {
    this.#symbols.toggleAttribute('data-open', true);
    found('symbol-scroller', HTMLElement).focus();
  }

  closeSymbols(): void {
    if (!this.#symbols.hasAttribute('data-open')) return;
    this.#symbols.removeAttribute('data-open');
    found('open-symbols', HTMLElement).focus();
  }

  toggleHelp(): void {
    this.#sessions.close();
    toggle(this.#help);
  }

  toggleSessions(): void {
    this.#help.close();
    if (toggle(this.#sessions)) this.#onSessions(true);
  }

  /** Dialogs close themselves. */
  closeAll(): void {
    this.closeSymbols();
    this.#alarms.open = false;
  }
}

/** One that its button closes, and a click beside it. */
function dialog(id: string): HTMLDialogElement {
  const element = found(id, HTMLDialogElement);
  found(`close-${id}`, HTMLElement).addEventListener('click', () => element.close());
  element.addEventListener('click', ({ target }) => {
    if (target === element) element.close();
  });
  return element;
}

/** @returns whether it is open now */
function toggle(element: HTMLDialogElement): boolean {
  if (element.open) element.close();
  else element.showModal();
  return element.open;
}
