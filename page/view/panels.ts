/** What opens over the page: the symbols as a sheet on narrow screens, help, alarms. */
import { found } from './dom.ts';

export class Panels {
  readonly #symbols = found('symbols', HTMLElement);
  readonly #help = found('help', HTMLDialogElement);
  readonly #alarms = found('alarms', HTMLDetailsElement);

  constructor() {
    found('close-symbols', HTMLElement).addEventListener('click', () => this.closeSymbols());
    document.addEventListener('pointerdown', ({ target }) => {
      if (target instanceof Node && !this.#alarms.contains(target)) this.#alarms.open = false;
    });
    found('close-help', HTMLElement).addEventListener('click', () => this.#help.close());
    this.#help.addEventListener('click', ({ target }) => {
      if (target === this.#help) this.#help.close();
    });
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
    if (this.#help.open) this.#help.close();
    else this.#help.showModal();
  }

  /** The help closes itself. */
  closeAll(): void {
    this.closeSymbols();
    this.#alarms.open = false;
  }
}
