/** Single keys of a terminal, for as long as something runs that hears them. */

/** What a terminal that does not hand out single keys would have sent to everybody in front of it. */
const SIGNALS: Readonly<Record<string, NodeJS.Signals>> = { '\u0003': 'SIGINT', '\u001c': 'SIGQUIT' };

/** A terminal's input. */
export interface Input {
  setRawMode(isRaw: boolean): unknown;
  setEncoding(encoding: 'utf8'): unknown;
  on(event: 'data', listener: (text: string) => void): unknown;
  off(event: 'data', listener: (text: string) => void): unknown;
  pause(): unknown;
  unref(): unknown;
}

export class Keys implements Disposable {
  readonly #input: Input;
  readonly #take: (text: string) => void;

  /** @param pressed is given every key that is not Ctrl-C or its like. @param raise what these do */
  constructor(input: Input, pressed: (key: string) => void, raise = raiseHere) {
    this.#input = input;
    this.#take = text => {
      for (const key of text) {
        const signal = SIGNALS[key];
        if (signal === undefined) pressed(key);
        else raise(signal);
      }
    };
    input.setRawMode(true);
    input.setEncoding('utf8');
    input.on('data', this.#take);
    // Nobody waits for a key that never comes.
    input.unref();
  }

  [Symbol.dispose](): void {
    this.#input.off('data', this.#take);
    this.#input.setRawMode(false);
    this.#input.pause();
  }
}

function raiseHere(signal: NodeJS.Signals): void {
  process.kill(process.pid, signal);
}
